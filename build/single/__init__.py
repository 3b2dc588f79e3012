"""A PyInstaller target that makes one file which keeps its PID: see docs/explanation/single-file.md."""
