"""References, and the secrets that files hold."""
