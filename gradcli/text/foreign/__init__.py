"""What keyboards, calculators and other programming languages write, each as rows of a table."""
