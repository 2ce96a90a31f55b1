"""What differs between systems: terminals, locks of files, where the modules of this package are."""
