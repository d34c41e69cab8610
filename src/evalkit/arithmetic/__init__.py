"""What estimators share. Plain arrays in, plain numbers out; no files, no words."""
