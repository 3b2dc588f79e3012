"""A name server on loopback that knows one name."""

from __future__ import annotations

import random
import socket
import threading
from typing import Self

A, IN = 1, 1


class NameServer:
    """Answers 127.0.0.1 for one name, on port 53 of a loopback address of its own; it knows no other name."""

    def __init__(self, name: str) -> None:
        self.question = b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"
        self.asked: list[bytes] = []
        self.socket = socket.socket(type=socket.SOCK_DGRAM)
        self.address = f"127.{random.randint(1, 254)}.{random.randint(1, 254)}.{random.randint(2, 254)}"
        self.socket.bind((self.address, 53))
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with socket.socket(type=socket.SOCK_DGRAM) as sender:
            sender.sendto(b"", (self.address, 53))
        self.thread.join()
        self.socket.close()

    def serve(self) -> None:
        """Answer until an empty message comes."""
        while message := self.socket.recvfrom(512):
            query, client = message
            if not query:
                return
            self.asked.append(query)
            self.socket.sendto(self.answer(query), client)

    def answer(self, query: bytes) -> bytes:
        """Return the answer to one question (RFC 1035, section 4.1)."""
        end = query.index(b"\0", 12) + 5
        is_known = query[12 : end - 4].lower() == self.question
        has_address = is_known and query[end - 4 : end] == bytes([0, A, 0, IN])
        flags = b"\x81\x80" if is_known else b"\x81\x83"
        head = query[:2] + flags + b"\0\1" + (b"\0\1" if has_address else b"\0\0") + b"\0\0\0\0"
        record = b"\xc0\x0c" + bytes([0, A, 0, IN, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1])
        return head + query[12:end] + (record if has_address else b"")
