"""Clients that speak HTTP/2 by prior knowledge: several requests at once on a connection, some cancelled, and connections left in every way."""

import asyncio
import random

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.exceptions
import h1_clients
import wishes

STREAMS = 6
REQUESTS_OF_A_CONNECTION = (5, 120)
WINDOW_BYTES = 1 << 20


class Stream:
    """One request and what came of it so far."""

    def __init__(self, wish):
        self.wish, self.status, self.body = wish, None, bytearray()
        self.paused_bytes, self.paused = 0, bool(wish.pause_seconds)
        self.over = asyncio.get_running_loop().create_future()

    def end(self, complete):
        if not self.over.done():
            self.over.set_result(complete)


class Connection(asyncio.Protocol):
    """One connection; the library is the state machine, this the socket."""

    KIND = "h2"

    def __init__(self, tally):
        self.tally, self.streams = tally, {}
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True, header_encoding="utf-8"))
        self.transport, self.leaving, self.lost, self.goes_away = None, False, False, False
        self.room = asyncio.Event()

    def connection_made(self, transport):
        self.transport = transport
        self.h2.initiate_connection()
        self.h2.increment_flow_control_window(WINDOW_BYTES)
        self.send()

    def send(self):
        data = self.h2.data_to_send()
        if data and not self.transport.is_closing():
            self.transport.write(data)

    def data_received(self, data):
        try:
            for event in self.h2.receive_data(data):
                self._event(event)
            self.send()
        except h2.exceptions.ProtocolError as failure:
            self.tally.failed(self.KIND, f"the proxy broke the protocol: {type(failure).__name__} {failure}")
            self.transport.abort()

    def _event(self, event):
        stream = self.streams.get(getattr(event, "stream_id", None))
        if isinstance(event, h2.events.WindowUpdated):
            self.room.set()
        elif isinstance(event, h2.events.ConnectionTerminated):
            self.goes_away = True
            if event.error_code:
                self.tally.failed(self.KIND, f"GOAWAY {event.error_code} {event.additional_data!r}")
        elif isinstance(event, h2.events.DataReceived):
            self._data(stream, event)
        elif stream is None:
            return
        elif isinstance(event, h2.events.ResponseReceived):
            stream.status = int(dict(event.headers)[":status"])
        elif isinstance(event, h2.events.StreamEnded):
            stream.end(True)
        elif isinstance(event, h2.events.StreamReset):
            stream.end(False)
            self.room.set()

    def _data(self, stream, event):
        if stream is not None:
            stream.body += event.data
        if stream is not None and stream.paused:
            stream.paused_bytes += event.flow_controlled_length
        else:
            self.acknowledge(event.stream_id, event.flow_controlled_length)

    def acknowledge(self, number, size):
        if size:
            try:
                self.h2.acknowledge_received_data(size, number)
            except h2.exceptions.StreamClosedError:
                pass

    def connection_lost(self, _):
        self.lost = True
        self.room.set()
        for stream in self.streams.values():
            stream.end(False)

    async def exchange(self, wish):
        number = self.h2.get_next_available_stream_id()
        stream = self.streams[number] = Stream(wish)
        self._send_head(number, wish)
        try:
            await asyncio.wait_for(self._speak(number, stream), wish.leaves_after or h1_clients.ANSWER_SECONDS_MAX)
            complete = stream.over.result()
            if self.leaving:
                self.tally.left(self.KIND)
            else:
                self.tally.came(self.KIND, wish, stream.status, bytes(stream.body), complete)
        except asyncio.TimeoutError:
            if wish.leaves_after is None:
                self.tally.failed(self.KIND, f"no end within {h1_clients.ANSWER_SECONDS_MAX} s of {wish.simulate}")
            self.tally.left(self.KIND)
            self._cancel(number)
        finally:
            del self.streams[number]

    def _cancel(self, number):
        try:
            self.h2.reset_stream(number, h2.errors.ErrorCodes.CANCEL)
            self.send()
        except h2.exceptions.ProtocolError:
            pass  # it had ended meanwhile

    def _send_head(self, number, wish):
        fields = [(":method", wish.method), (":scheme", "http"), (":authority", "soak"), (":path", wish.path)]
        if wish.simulate:
            fields.append(("x-simulate", wish.simulate))
        if wish.body:
            fields += [("content-type", "application/json"), ("content-length", str(len(wish.body)))]
        self.h2.send_headers(number, fields, end_stream=not wish.body)
        self.send()

    async def _speak(self, number, stream):
        wish = stream.wish
        await self._send_body(number, stream, wish.body)
        if stream.paused:
            await asyncio.sleep(wish.pause_seconds)
            stream.paused = False
            self.acknowledge(number, stream.paused_bytes)
            self.send()
        await stream.over

    async def _send_body(self, number, stream, body):
        at = 0
        while at < len(body) and not stream.over.done():
            room = min(self.h2.local_flow_control_window(number), self.h2.max_outbound_frame_size, len(body) - at)
            if room <= 0:
                self.room.clear()
                await self.room.wait()
                continue
            try:
                self.h2.send_data(number, body[at:at + room], end_stream=at + room == len(body))
            except h2.exceptions.ProtocolError:
                return  # reset meanwhile
            self.send()
            at += room

    def leave(self):
        """As clients do: politely, without a word, or by breaking off."""
        self.leaving = True
        how = random.choice(("goaway", "fin", "reset"))
        if how == "goaway" and not self.lost:
            self.h2.close_connection()
            self.send()
        if how == "reset":
            h1_clients.reset_on_close(self.transport)
        self.transport.abort() if how == "reset" else self.transport.close()


async def run(port, tally, stop):
    """One connection after the other; one in three is left in the midst of its requests."""
    while not stop.is_set():
        _, connection = await asyncio.get_running_loop().create_connection(lambda: Connection(tally), "127.0.0.1", port)
        left = random.randint(*REQUESTS_OF_A_CONNECTION)
        in_the_midst = random.random() < 0.33

        async def requests():
            nonlocal left
            while left > 0 and not (stop.is_set() or connection.lost or connection.goes_away):
                left -= 1
                await connection.exchange(wishes.draw())
            if in_the_midst and not connection.leaving:
                connection.leave()

        outcomes = await asyncio.gather(*(requests() for _ in range(STREAMS)), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                tally.failed(Connection.KIND, f"{type(outcome).__name__}: {outcome}")
        if not connection.leaving:
            connection.leave()
