"""gradcli as a server of the Model Context Protocol: the commands as tools for language models."""
