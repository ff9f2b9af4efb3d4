"""What a test result means: floors, verdicts, corrections, sentences."""
