"""The edge to the operating system: processes, files, threads, the clock."""
