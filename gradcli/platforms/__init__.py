"""What differs between systems: terminals and locks of files."""
