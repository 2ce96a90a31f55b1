"""Systems of computer algebra and of statistics: their functions, lists and branches."""
