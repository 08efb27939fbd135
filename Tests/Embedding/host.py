"""A host in Python, by ctypes: it runs the lease script, forks, explores the race and exceeds each budget.

host.py LIBRARY LEASES RACE
"""
import ctypes
import json
import sys
import time

library, leases, race = sys.argv[1:]
lib = ctypes.CDLL(library)
Handle, Text, Place = ctypes.c_void_p, ctypes.c_char_p, ctypes.POINTER(ctypes.c_void_p)
Listener = ctypes.CFUNCTYPE(None, Handle, Text)
Clock = ctypes.CFUNCTYPE(ctypes.c_int64, Handle)
class Word(ctypes.Union):
    _fields_ = [("integer", ctypes.c_int64), ("real", ctypes.c_double)]


Function = ctypes.CFUNCTYPE(
    ctypes.c_int32, Handle, ctypes.POINTER(Word), ctypes.POINTER(Word), ctypes.POINTER(Text))
OK, FOUND, OVER, STOPPED, FAILED, REFUSED = range(6)
for name, result, arguments in [
    ("version", Text, []), ("free", None, [Handle]),
    ("cancellation_new", Handle, []), ("cancel", None, [Handle]), ("cancellation_free", None, [Handle]),
    ("options_new", Handle, []), ("options_free", None, [Handle]),
    ("options_set", ctypes.c_int32, [Handle, Text, Text]), ("options_error", Text, [Handle]),
    ("options_parameter", ctypes.c_int32, [Handle, Text, Text]), ("options_clock", None, [Handle, Clock, Handle]),
    ("options_cancellation", None, [Handle, Handle]),
    ("options_function", ctypes.c_int32, [Handle, Text, Function, Handle]),
    ("program_new", Handle, [Text, ctypes.c_size_t, Text, Handle]), ("program_free", None, [Handle]),
    ("program_check", ctypes.c_int32, [Handle, Place]),
    ("explore", ctypes.c_int32, [Handle, Handle, Text, Listener, Handle, Place]),
    ("simulation_new", ctypes.c_int32, [Handle, Handle, Place]), ("simulation_free", None, [Handle]),
    ("simulation_error", Text, [Handle]), ("run", ctypes.c_int32, [Handle, Text]),
    ("value", ctypes.c_int32, [Handle, Text, Place]), ("act", ctypes.c_int32, [Handle, Text]),
    ("on_event", None, [Handle, Listener, Handle]), ("report", ctypes.c_int32, [Handle, Text, Place]),
    ("snapshot_new", ctypes.c_int32, [Handle, Place]), ("snapshot_free", None, [Handle]),
    ("fork", ctypes.c_int32, [Handle, Handle, Place]),
]:
    function = getattr(lib, "outage_" + name)
    function.restype, function.argtypes = result, arguments


def taken(place):
    text = ctypes.string_at(place).decode()
    lib.outage_free(place)
    return text


def program(text):
    return lib.outage_program_new(text, len(text), b"script.outage", None)


def simulation(made_of, options=None):
    made = Handle()
    assert lib.outage_simulation_new(made_of, options, ctypes.byref(made)) == OK, lib.outage_options_error(options)
    return made


def value(s, expression):
    found = Handle()
    assert lib.outage_value(s, expression, ctypes.byref(found)) == OK, lib.outage_simulation_error(s)
    return json.loads(taken(found))["value"]


def report(s):
    found = Handle()
    assert lib.outage_report(s, b"json", ctypes.byref(found)) == OK
    return json.loads(taken(found))


assert lib.outage_version().startswith(b"0.1.")

# The lease script: while DynamoDB is down all leases go; in a fork in which it returns early they come back.
with open(leases, "rb") as f:
    p = program(f.read())
options = lib.outage_options_new()
assert lib.outage_options_set(options, b"variant", b"shed") == OK
s = simulation(p, options)
lib.outage_options_free(options)
told = []
listener = Listener(lambda _, text: told.append(json.loads(text)))
lib.outage_on_event(s, listener, None)
assert lib.outage_run(s, b"02:10") == OK
kept, fork = Handle(), Handle()
assert lib.outage_snapshot_new(s, ctypes.byref(kept)) == OK
assert lib.outage_fork(kept, None, ctypes.byref(fork)) == OK
assert lib.outage_act(fork, b"restart dynamodb") == OK
for world in (s, fork):
    assert lib.outage_run(world, b"02:30") == OK
assert value(s, b"droplet.active") < 100 and value(fork, b"capacity") > 0.9, value(fork, b"capacity")
assert any(event["text"].startswith("crash dynamodb") for event in told), told
assert report(s)["counts"]["ticks"] == 1800
for world in (s, fork):
    lib.outage_simulation_free(world)
lib.outage_snapshot_free(kept)
lib.outage_program_free(p)

# The race.
with open(race, "rb") as f:
    p = program(f.read())
found = Handle()
options = lib.outage_options_new()
assert lib.outage_explore(p, options, b"json", Listener(), None, ctypes.byref(found)) == OK
explored = json.loads(taken(found))["explorations"][0]
assert [p["verdict"] for p in explored["properties"]][0] == "violated", explored
lib.outage_options_set(options, b"states", b"100")
assert lib.outage_explore(p, options, b"json", Listener(), None, ctypes.byref(found)) == STOPPED
assert json.loads(lib.outage_options_error(options))["limit"] == "states"
taken(found)
lib.outage_options_free(options)
lib.outage_program_free(p)

# Each budget.
busy = program(b"clock 00:00 for 24h tick 1h\nvar x = 0\nqueue q\nprocess p { loop { x = x + 1; q.put(x); wait 1us } }\n")
clock = Clock(lambda _: time.monotonic_ns())
for name, amount in [("ticks", 0), ("events", 50_000), ("bytes", 16_000_000), ("wall_time", 30_000_000)]:
    options = lib.outage_options_new()
    lib.outage_options_clock(options, clock, None)
    assert lib.outage_options_set(options, name.encode(), str(amount).encode()) == OK
    s = simulation(busy, options)
    assert lib.outage_run(s, None) == STOPPED
    error = json.loads(lib.outage_simulation_error(s))
    assert (error["limit"], error["amount"]) == (name.replace("_", " "), amount), error
    assert report(s)["verdict"] in ("unknown", "holds")
    lib.outage_simulation_free(s)
    lib.outage_options_free(options)
options = lib.outage_options_new()
cancellation = lib.outage_cancellation_new()
lib.outage_options_cancellation(options, cancellation)
s = simulation(busy, options)
lib.outage_cancel(cancellation)
assert lib.outage_run(s, None) == STOPPED
assert json.loads(lib.outage_simulation_error(s))["limit"] == "cancelled"
lib.outage_simulation_free(s)
lib.outage_cancellation_free(cancellation)
for name, amount, text in [("source_bytes", 10, b"var x = 0 # long"), ("nesting", 3, b"var x = ((((1))))")]:
    assert lib.outage_options_set(options, name.encode(), str(amount).encode()) == OK
    p = lib.outage_program_new(text, len(text), None, options)
    assert lib.outage_program_check(p, ctypes.byref(found)) == REFUSED
    assert json.loads(taken(found))["problems"][0]["code"].startswith("E0")
    lib.outage_program_free(p)
lib.outage_options_free(options)
lib.outage_program_free(busy)

# A function of the host.
@Function
def share(_, arguments, result, reason):
    if arguments[1].integer > 3_000_000_000:
        reason[0] = b"too long a time"
        return FAILED
    result[0].real = arguments[0].integer / 4 * arguments[2].integer
    return OK


options = lib.outage_options_new()
assert lib.outage_options_function(options, b"share(count, duration, truth): rate", share, None) == OK
text = b"extern fn share(n: count, d: duration, is: truth): rate\nvar x = 0\nprocess p { wait 1s; x = 1; wait 1s }\n"
p = lib.outage_program_new(text, len(text), None, options)
s = simulation(p, options)
lib.outage_options_free(options)
assert value(s, b"share(10, 3s, true)") == 2.5 and value(s, b"share(10, 3s, false)") == 0
assert lib.outage_value(s, b"share(10, 4s, true)", ctypes.byref(found)) == REFUSED
assert lib.outage_act(s, b"when x == 1 { log \"{share(1, 4s, true)}\" }") == OK
assert lib.outage_run(s, None) == FAILED
problem = json.loads(lib.outage_simulation_error(s))["problems"][0]
assert problem["code"] == "E0711" and "too long a time" in problem["message"], problem
lib.outage_simulation_free(s)
lib.outage_program_free(p)
print("all is well")
