"""Asks for a metrics page again as soon as it has it, by several connections, until standard input ends; prints how often.

A process of its own, so that its work is not done by the interpreter that times the streams.
"""

import http.client
import sys
import threading
import time


class Scraper(threading.Thread):
    """One connection."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.port, self.running, self.pages = port, True, 0
        self.start()

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        while self.running:
            connection.request("GET", "/metrics")
            connection.getresponse().read()
            self.pages += 1


def main():
    port, connections = map(int, sys.argv[1:])
    began = time.monotonic()
    scrapers = [Scraper(port) for _ in range(connections)]
    sys.stdin.read()
    for scraper in scrapers:
        scraper.running = False
    for scraper in scrapers:
        scraper.join(60)
    print(sum(scraper.pages for scraper in scrapers) / (time.monotonic() - began))


if __name__ == "__main__":
    main()
