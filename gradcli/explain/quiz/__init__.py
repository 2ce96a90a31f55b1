"""Exercises: functions to differentiate, drawn from the rows of rules, with answers and steps."""
