#!/usr/bin/env python3
"""An agent of Baton in Python, written from docs/reference/wire.md with nothing but pika (Debian: python3-pika).

MESSAGE_QUEUE_URL=amqp://user:password@host:5672/ python3 examples/python/words_agent.py
The main thread talks to the broker; attempts run in a pool and leave what they have to say in their fields.
"""
import contextlib, json, os, random, resource, signal, socket, sys, threading, time, uuid
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
import pika
from pika.exceptions import AMQPError, NackError, UnroutableError

URLS = [pika.URLParameters(url.strip()) for url in os.environ["MESSAGE_QUEUE_URL"].split(",")]
USER = URLS[0].credentials.username  # said in every message, and checked by the broker
NAME = os.environ.get("BATON_AGENT_NAME", "words-1")  # stays over restarts: mailboxes and memberships belong to it
AGENT_ID = os.environ.get("BATON_AGENT_ID") or str(uuid.uuid4())  # of this process
CONCURRENCY, WAITING, DRAIN_SECONDS, MAX_BYTES = 4, 24, 10, 1024 * 1024
ONE, MANY, REPLY_TO = "application/cloudevents+json", "application/cloudevents-batch+json", "amq.rabbitmq.reply-to"
INBOX, LIVE = f"baton.agent.{AGENT_ID}", f"baton.messages.{AGENT_ID}"
EXCHANGES = [*((name, "direct") for name in "direct messages heartbeats registry results".split()),
             ("channels", "topic"), ("dead-letters", "fanout")]  # fmt: skip
LIVE_QUEUE = {"x-dead-letter-exchange": "baton.dead-letters", "x-overflow": "reject-publish",
              "x-max-length": 10_000, "x-max-length-bytes": 64 * 1024 * 1024}  # fmt: skip

class Failure(Exception):
    """A failure that is meant: code and message reach whoever submitted the task."""
    def __init__(self, code, message, retryable=False):
        super().__init__(message)
        self.error = {"code": code, "message": message[:20_000], "retryable": retryable}

class Aborted(Exception):
    """The attempt must end: it was canceled, its time is up, or the agent leaves."""

def count(text, attempt):
    words = text["text"].split()
    if not words:
        raise Failure("NO_WORDS", "The text has no words.")
    return {"words": len(words), "longest": max(words, key=len)}

def wait(order, attempt):
    for done in range(order["steps"]):
        attempt.news = {"percent": 100 * done / order["steps"], "message": f"{done} of {order['steps']}"}
        attempt.pause(0.05)
    return {"waited": order["steps"]}

CAPABILITIES = {"words.count": (count, {"text": {"type": "string"}}), "words.wait": (wait, {"steps": {"type": "integer"}})}
OFFERS = [{"name": name, "version": "1.0.0", "output": {"type": "object"},
           "input": {"type": "object", "required": list(fields), "properties": fields}}
          for name, (_, fields) in CAPABILITIES.items()]  # fmt: skip

def now():
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")

def event(kind, data):
    return {"specversion": "1.0", "id": str(uuid.uuid4()), "source": f"/agents/{AGENT_ID}", "type": kind,
            "time": now(), "datacontenttype": "application/json", "data": data}  # fmt: skip

def keep(memory, key, value):
    memory[key] = value
    while len(memory) > 1000:
        memory.popitem(last=False)

def ending(outcome, code, message):
    return {"outcome": outcome, "error": Failure(code, message, retryable=True).error}

ENDINGS = {"canceled": {"outcome": "canceled"}, "timeout": ending("failed", "TASK_TIMEOUT", "It took too long."),
           "draining": ending("rejected", "AGENT_DRAINING", "The agent leaves before it has ended.")}  # fmt: skip

class Record:
    """How it went with one capability so far: what a bid is made of."""
    def __init__(self):
        self.completed, self.ended, self.seconds = 0, 0, 0.0

    def note(self, outcome, seconds):
        if outcome in ("completed", "failed"):  # what was canceled or handed back says nothing about the agent
            self.ended += 1
            if outcome == "completed":
                self.completed, self.seconds = self.completed + 1, self.seconds + seconds

    @property
    def mean(self):
        return self.seconds / self.completed if self.completed else 1.0  # a second while there is none

    def bid(self, wait):
        """The wait and the work in seconds, and the share that went well."""
        confidence = (self.completed + 1) / (self.ended + 2)
        return {"cost": 0, "seconds": round(wait + self.mean, 3), "confidence": round(confidence, 3)}

class Attempt:
    """One assignment. It is held, and listed in heartbeats, until the broker has confirmed its result."""
    def __init__(self, order):
        self.order, self.arrived, self.told, self.news = order, time.monotonic(), 0.0, None
        self.phases, self.why, self.result, self.ending = {"assigned": now()}, None, None, threading.Event()
        self.seconds = None  # it worked for, until that is on record

    def abort(self, why):
        self.why = self.why or why
        self.ending.set()

    def pause(self, seconds):
        if self.ending.wait(seconds):
            raise Aborted()

    def run(self, done):
        try:
            self.pause(0)
            self.phases["executing"], self.seconds, began = now(), 0.0, time.monotonic()
            output = CAPABILITIES[self.order["capability"]][0](self.order["input"], self)
            if len(json.dumps(output, allow_nan=False)) > MAX_BYTES:
                raise Failure("OUTPUT_TOO_LARGE", "Keep it elsewhere and return a reference.")
            self.phases["completed"], self.seconds = now(), time.monotonic() - began
            self.result = {"outcome": "completed", "output": output}
        except Aborted:
            self.result = ENDINGS[self.why]
        except Exception as fault:  # whatever a capability does not mean to throw may pass with the next attempt
            meant = isinstance(fault, Failure)
            self.result = {"outcome": "failed", "error": fault.error} if meant else ending("failed", "CAPABILITY_FAILED", repr(fault))
        done()

    def event(self, kind, **more):
        identity = {name: self.order[name] for name in ("taskId", "attempt", "token")}
        return event(kind, {**identity, "agentId": AGENT_ID, "phases": dict(self.phases), **more})

class Agent:
    def __init__(self):
        self.held, self.finished, self.canceled, self.seen = {}, OrderedDict(), OrderedDict(), OrderedDict()
        self.pool, self.leave_by, self.reason = ThreadPoolExecutor(CONCURRENCY), None, "stopped"
        self.register_at, self.beat_at, self.report_at, self.every, self.beats = 0.0, 0.0, 0.0, None, 0
        self.records = {name: Record() for name in CAPABILITIES}
        self.services = None  # the users whose orders count, when the registry names them
        signal.signal(signal.SIGTERM, lambda *_: self.leave(DRAIN_SECONDS, "stopped"))

    def run(self):
        delay = 0.1
        while not self.is_done():
            try:
                with pika.BlockingConnection(random.sample(URLS, len(URLS))) as self.connection:
                    delay = 0.1
                    self.talk()
            except (AMQPError, OSError) as fault:  # the broker is away: attempts go on, results wait
                print(f"no connection: {fault!r}", file=sys.stderr, flush=True)
                time.sleep(delay * random.uniform(0.75, 1.25))
                delay = min(delay * 2, 5)

    def talk(self):
        self.channel, self.sure = self.connection.channel(), self.connection.channel()
        self.sure.confirm_delivery()  # from now on its publishes wait for the broker's word
        for name, kind in EXCHANGES:
            self.channel.exchange_declare(f"baton.{name}", kind, durable=True)
        self.channel.add_on_return_callback(self.on_return)
        self.channel.basic_consume(REPLY_TO, self.on_answer, auto_ack=True)
        self.channel.queue_declare(INBOX, exclusive=True, auto_delete=True)
        self.channel.queue_bind(INBOX, "baton.direct", AGENT_ID)
        self.channel.basic_consume(INBOX, self.on_order, auto_ack=True)
        self.channel.queue_declare(LIVE, exclusive=True, auto_delete=True, arguments=LIVE_QUEUE)
        for address in (NAME, AGENT_ID):
            self.channel.queue_bind(LIVE, "baton.messages", f"live.{address}")
        self.channel.basic_qos(prefetch_count=16)
        self.channel.basic_consume(LIVE, self.on_message)
        self.register_at = self.beat_at = 0.0  # both at once: nobody knows yet that the inbox is back
        while not self.is_done():
            self.tick(time.monotonic())
            self.connection.process_data_events(time_limit=0.05)
        self.send_surely("baton.registry", "registry", event("io.baton.agent.deregister.v1", {"agentId": AGENT_ID, "reason": self.reason}))

    def tick(self, clock):
        running = [attempt for attempt in self.held.values() if attempt.result is None]
        for attempt in running:
            if clock - attempt.arrived > attempt.order["timeoutMs"] / 1000:
                attempt.abort("timeout")
            elif self.leave_by and (clock > self.leave_by or "executing" not in attempt.phases):
                attempt.abort("draining")
        if clock >= self.register_at:
            self.register()
        if self.every and clock >= self.beat_at:
            self.beat()
        self.tell_progress([a for a in running if a.news and clock - a.arrived > 0.2 and clock - a.told > 0.5], clock)
        if clock >= self.report_at:
            self.report([attempt for attempt in self.held.values() if attempt.result][:500])

    # --- presence
    def register(self):
        data = {"agentId": AGENT_ID, "name": NAME, "family": "words", "incarnation": 0, "version": "1.0.0",
                "host": socket.gethostname(), "pid": os.getpid(), "capabilities": OFFERS, "tags": ["python"],
                "concurrency": CONCURRENCY, "resources": {}, "channels": []}  # fmt: skip
        self.register_at = time.monotonic() + 5  # unanswered until then: once more
        request = event("io.baton.agent.register.v1", data)
        self.send("baton.registry", "registry", request, mandatory=True, reply_to=REPLY_TO)

    def on_return(self, *_):
        self.register_at = time.monotonic() + 0.5  # there is no registry yet

    def on_answer(self, _channel, _method, _properties, body):
        answer = json.loads(body)
        kind, data = answer["type"], answer["data"]
        if kind == "io.baton.agent.registered.v1":
            self.register_at, self.every, self.services = float("inf"), data["heartbeatSeconds"], data.get("services")
            print(json.dumps({"event": "registered", "agentId": AGENT_ID, "name": NAME}), flush=True)
        elif data["status"] < 429 and data["code"] != "AGENT_LIMIT_REACHED":
            sys.exit(f"refused: {data['detail']}")  # the same again would be refused again

    def beat(self):
        self.beat_at = time.monotonic() + self.every
        self.beats += 1
        usage = {"cpuPercent": 0, "loadAverage": os.getloadavg()[0],
                 "memoryMb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}  # fmt: skip
        in_flight = [{name: attempt.order[name] for name in ("taskId", "token")} for attempt in self.held.values()]
        data = {"agentId": AGENT_ID, "beat": self.beats, "everyMs": round(self.every * 1000), "usage": usage,
                "state": "running" if in_flight else "idle", "draining": self.leave_by is not None, "inFlight": in_flight}  # fmt: skip
        self.send("baton.heartbeats", "agent", event("io.baton.agent.heartbeat.v1", data))

    def leave(self, within, reason):
        leave_by = time.monotonic() + within
        if self.leave_by is None or leave_by < self.leave_by:
            self.leave_by, self.reason, self.beat_at = leave_by, reason, 0.0

    def is_done(self):
        return self.leave_by is not None and (not self.held or time.monotonic() > self.leave_by + 3)

    # --- tasks
    def on_order(self, _channel, _method, properties, body):
        if self.services and properties.user_id not in self.services:
            return  # somebody else's: the broker has checked the name
        orders = json.loads(body)
        for order in orders if isinstance(orders, list) else [orders]:
            kind, data = order["type"], order["data"]
            if kind == "io.baton.task.assigned.v1":
                self.assign(data)
            elif kind == "io.baton.task.cancel.v1":
                keep(self.canceled, data["token"], True)  # it may overtake its assignment
                if data["token"] in self.held:
                    self.held[data["token"]].abort("canceled")
            elif kind == "io.baton.auction.call.v1" and properties.reply_to:
                self.send("", properties.reply_to, self.bid(data), correlation_id=properties.correlation_id)
            elif kind == "io.baton.agent.reregister.v1":
                self.register_at = 0.0
            elif kind == "io.baton.agent.drain.v1":
                self.leave(data["withinMs"] / 1000, data["reason"])
            elif kind == "io.baton.agent.ping.v1" and data.get("beat"):
                self.beat_at = 0.0

    def bid(self, call):
        """Every call is answered: who says no keeps nobody waiting until the window closes."""
        answer = {"callId": call["callId"], "agentId": AGENT_ID}
        if self.leave_by is not None or call["capability"] not in CAPABILITIES:
            reason = "leaving" if self.leave_by is not None else f"does not offer {call['capability']}"
            return event("io.baton.auction.declined.v1", {**answer, "reason": reason})
        return event("io.baton.auction.bid.v1", {**answer, **self.records[call["capability"]].bid(self.wait())})

    def wait(self):
        """Seconds until a place is free: what is open takes as long as its like did, or as it has taken already."""
        clock = time.monotonic()
        open_ones = [attempt for attempt in self.held.values() if attempt.result is None]
        if len(open_ones) < CONCURRENCY:
            return 0.0
        return sum(max(self.records[a.order["capability"]].mean, clock - a.arrived) for a in open_ones) / CONCURRENCY

    def assign(self, order):
        token = order["token"]
        if token in self.held:
            return  # it came twice
        attempt = self.held[token] = self.finished.pop(token, None) or Attempt(order)
        if attempt.result:
            return  # it ended before: the kept result goes out again
        if self.leave_by is not None:
            attempt.result = ENDINGS["draining"]
        elif order["capability"] not in CAPABILITIES:
            attempt.result = ending("rejected", "CAPABILITY_UNKNOWN", f"This agent does not offer {order['capability']}.")
        elif len(self.held) > CONCURRENCY + WAITING:
            attempt.result = ending("rejected", "AGENT_FULL", "All places are taken.")
        elif token in self.canceled:
            attempt.result = ENDINGS["canceled"]
        else:
            self.pool.submit(attempt.run, self.wake)

    def tell_progress(self, attempts, clock):
        events = []
        for attempt in attempts:
            news, attempt.news, attempt.told = attempt.news, None, clock
            events.append(attempt.event("io.baton.task.progress.v1", phase="executing", **news))
        if events:
            self.send("baton.results", "results", events)

    def report(self, attempts):
        events = [attempt.event("io.baton.task.finished.v1", **attempt.result) for attempt in attempts]
        batches = [[one] for one in events] if len(json.dumps(events)) > 2 * MAX_BYTES else [events] if events else []
        if not all([self.send_surely("baton.results", "results", batch) for batch in batches]):
            self.report_at = time.monotonic() + 0.5  # no orchestrator has made the queue yet, or the broker refuses
            return
        for attempt in attempts:
            if attempt.seconds is not None:
                self.records[attempt.order["capability"]].note(attempt.result["outcome"], attempt.seconds)
                attempt.seconds = None
            keep(self.finished, attempt.order["token"], self.held.pop(attempt.order["token"]))

    # --- messages
    def on_message(self, channel, method, properties, body):
        try:
            message = json.loads(body)
            events = message if isinstance(message, list) else [message]
            known = all(one["type"] == "org.example.greeting.v1" for one in events)
            greetings = [(one["source"], one["id"], one["data"]["text"]) for one in events] if known else []
        except (ValueError, KeyError, TypeError):
            greetings = []
        if not greetings:
            return channel.basic_reject(method.delivery_tag, requeue=False)  # the broker moves it to the dead letters
        for source, name, text in greetings:
            if (source, name) not in self.seen:
                keep(self.seen, (source, name), True)
                self.send("baton.channels", "words", event("org.example.heard.v1", {"by": NAME, "text": text}))
        if properties.reply_to:
            receipt = event("io.baton.message.receipt.v1", {"address": NAME, "outcome": "handled", "reason": None})
            answers = [event("org.example.greeted.v1", {"text": f"Hello, you said: {text}"}) for _, _, text in greetings]
            wanted = (properties.headers or {}).get("baton-receipt") == "wanted"
            answer = receipt if wanted else answers if isinstance(message, list) else answers[0]
            self.send("", properties.reply_to, answer, correlation_id=properties.correlation_id)
        channel.basic_ack(method.delivery_tag)

    # --- the wire
    def send(self, exchange, key, events, mandatory=False, channel=None, **more):
        many = isinstance(events, list)
        kind, name = (events[0]["type"], str(uuid.uuid4())) if many else (events["type"], events["id"])
        properties = pika.BasicProperties(content_type=MANY if many else ONE, type=kind, message_id=name, user_id=USER, **more)
        (channel or self.channel).basic_publish(exchange, key, json.dumps(events).encode(), properties, mandatory)

    def send_surely(self, exchange, key, events):
        """Persistent and confirmed. False: nobody has the queue, or it refuses. A lost connection raises."""
        try:
            self.send(exchange, key, events, mandatory=True, channel=self.sure, delivery_mode=2)
            return True
        except (UnroutableError, NackError):
            return False

    def wake(self):
        with contextlib.suppress(AMQPError):  # without a broker the result is looked at when it is back
            self.connection.add_callback_threadsafe(lambda: None)

if __name__ == "__main__":
    Agent().run()
