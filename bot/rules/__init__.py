"""The product's arithmetic: when something is due, and what it is worth. Pure functions of values."""
