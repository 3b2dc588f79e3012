"""vexec as the ENTRYPOINT of a real container: an image FROM scratch, a strict platform's options."""
