#!/usr/bin/env python3
"""Sends a running service thousands of requests that nobody should send, and says how it bore them.

    scripts/bad_requests.py http://localhost:5080 [--count 10000] [--key FILE] [--pid PID]

Broken HTTP, giant headers and bodies, wrong lengths, and clients that never end their headers. Prints lateness, state and memory before and after.
"""
import argparse
import json
import socket
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

BAD = [
    b"\0\1\2\3\r\n\r\n",
    b"GET\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET /%zz%00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET / HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 1_000_000 + b"\r\n\r\n",
    b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"POST /api/v1/collections HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n" + b"{" * 100_000,
    b"POST /api/v1/collections HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
    b"POST /api/v1/collections HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"GET /api/v1/query?metric=" + b"m" * 5_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\xff" * 1000,
]


def send(address, request):
    try:
        with socket.create_connection(address, timeout=10) as client:
            client.sendall(request)
            return client.recv(64).decode("latin-1").split("\r\n")[0] or "closed"
    except OSError:
        return "closed"


def drip(address, stop):
    """A byte now and then, and no end."""
    while not stop.is_set():
        try:
            with socket.create_connection(address, timeout=10) as client:
                client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
                while not stop.wait(0.5):
                    client.sendall(b"X: y\r\n")
        except OSError:
            stop.wait(0.1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("url")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--slow", type=int, default=200, help="clients that never end their headers")
    parser.add_argument("--key", help="file with an API key")
    parser.add_argument("--pid", type=int, help="process whose memory is shown")
    arguments = parser.parse_args()
    parts = urlsplit(arguments.url)
    address = (parts.hostname, parts.port or 80)

    def shown(label):
        request = urllib.request.Request(arguments.url.rstrip("/") + "/api/v1/status")
        if arguments.key:
            request.add_header("X-Api-Key", open(arguments.key).read().strip())
        status = json.load(urllib.request.urlopen(request, timeout=30))
        memory = ""
        if arguments.pid:
            pages = int(open(f"/proc/{arguments.pid}/statm").read().split()[1])
            memory = f", {pages * 4096 / 1e6:.0f} MB resident"
        print(f"{label}: {status['state']}, written {status['store']['writtenPasses']} passes, collection {json.dumps(status['collection'])}{memory}", flush=True)

    shown("before")
    stop = threading.Event()
    slow = [threading.Thread(target=drip, args=(address, stop), daemon=True) for _ in range(arguments.slow)]
    for thread in slow:
        thread.start()
    answers = {}
    start = time.monotonic()
    with ThreadPoolExecutor(32) as pool:
        for i, answer in enumerate(pool.map(lambda i: send(address, BAD[i % len(BAD)]), range(arguments.count)), 1):
            answers[answer] = answers.get(answer, 0) + 1
            if i % (arguments.count // 4 or 1) == 0:
                shown(f"after {i}")
    seconds = time.monotonic() - start
    stop.set()
    for thread in slow:
        thread.join()
    shown("after all")
    print(f"{arguments.count} in {seconds:.0f} s: " + ", ".join(f"{count} x {answer}" for answer, count in sorted(answers.items(), key=lambda one: -one[1])))


main()
