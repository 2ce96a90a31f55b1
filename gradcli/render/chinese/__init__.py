"""Sentences of answers in Chinese: rows of English and Chinese, found again in what is about to be shown."""
