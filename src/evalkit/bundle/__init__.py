"""What an outside assessor is handed: all reports in one, and a page that recomputes them."""
