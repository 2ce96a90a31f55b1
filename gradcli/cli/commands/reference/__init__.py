"""The commands that tell of gradcli itself."""
