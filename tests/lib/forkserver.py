"""
The fork server of Python tests: supervise.c starts it once and has it fork each run, for an interpreter takes many times as
long to start as to fork. It has no thread and no child but while it forks, leaves every signal as the interpreter found
it, and imports ahead what tests import, which is the same for each of them.

A run is forked by a process in between that ends at once, so that the run becomes the child of the supervisor, its reaper.
That is what its parent and its end are to be seen by; to the kernel and to the interpreter it is as good as started.
"""

import ctypes
import errno
import fcntl
import gc
import os
import resource
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import types

import external
import inherited
import interrupted
import observe

# A descriptor that supervise.c has agreed to, for requests and answers.
channel = socket.socket(fileno=3)


def await_request():
    """Forks a run for each request; returns in the runs alone, with the request's words and descriptors."""
    while True:
        request, descriptors, _, _ = socket.recv_fds(channel, 1 << 16, 3)
        if not request:
            sys.exit()
        words = request[:-1].split(b"\0")
        program = compiled(os.fsdecode(words[0]))
        started, start = os.pipe()
        between = os.fork()
        if between == 0:
            if os.fork() != 0:
                os._exit(0)
            os.close(start)
            os.read(started, 1)
            os.close(started)
            return program, words, descriptors
        os.waitpid(between, 0)
        for descriptor in (started, start, *descriptors):
            os.close(descriptor)


last_compiled = None, None


def compiled(script):
    """The script's code; None: it is for the run to say why there is none."""
    global last_compiled
    if last_compiled[0] != script:
        try:
            with open(script, "rb") as file:
                last_compiled = script, compile(file.read(), script, "exec")
        except (OSError, SyntaxError, ValueError):
            return None
    return last_compiled[1]


def become_run(words, descriptors):
    """Puts this process into the known state, as supervise.c has it, as far as it is not in it already."""
    script, directory, cpu_seconds, *environment = map(os.fsdecode, words)
    out, err, report = descriptors
    try:
        channel.send(struct.pack("i", os.getpid()))
        channel.close()
        os.setsid()
        os.chdir(directory)
        null = os.open(os.devnull, os.O_RDONLY)
        for descriptor, standard in (null, 0), (out, 1), (err, 2):
            os.dup2(descriptor, standard)
            os.close(descriptor)
        resource.setrlimit(resource.RLIMIT_CPU, (int(cpu_seconds), int(cpu_seconds)))
    except OSError as error:
        os.write(report, struct.pack("i", error.errno))
        os._exit(127)
    os.close(report)
    observe.library().observe_let_others_look()
    threading.main_thread()._set_native_id()  # which threading leaves as it was
    os.environ.update(word.split("=", 1) for word in environment)
    sys.argv = [script]
    if not getattr(sys.flags, "safe_path", False):
        sys.path[0] = os.path.dirname(script)


observe.library()
gc.collect()
gc.freeze()
channel.send(struct.pack("i", 0))
program, words, descriptors = await_request()
become_run(words, descriptors)
main = types.ModuleType("__main__")
main.__file__ = sys.argv[0]
sys.modules["__main__"] = main
if program is None:
    with open(main.__file__, "rb") as file:
        program = compile(file.read(), main.__file__, "exec")
exec(program, main.__dict__)
