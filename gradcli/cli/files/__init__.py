"""Files that a command line reads and writes."""
