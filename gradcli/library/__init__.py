"""gradcli as a library: the functions that `import gradcli` has, by what they answer."""
