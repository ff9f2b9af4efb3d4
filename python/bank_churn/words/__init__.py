"""How numbers, names and reasons are written in both languages."""
