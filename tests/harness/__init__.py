"""The real program, started, asked and stopped; what the black-box tests work with."""
