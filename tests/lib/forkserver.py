"""
The fork server of Python tests: supervise.c starts it once and has it fork each run, for an interpreter takes many times as
long to start as to fork. It has no thread, leaves every signal as the interpreter found it, and imports ahead what tests
import; what takes long and few need, when the first that needs it comes.

A run is forked by a process in between that ends at once, which makes it the child of the supervisor, its reaper. Its state
is then that of an interpreter that has just started, but for the seed of hashes, which is the server's.

It ends as an interpreter does, but for the last of it: once threads have ended, `atexit` functions have run, files are
flushed and what nobody holds is gone, an interpreter frees all that is left. Here that is the server's, shared until it is
written to, and to copy it page by page would take nearly half of a run's time.
"""

import atexit
import ctypes
import errno
import fcntl
import gc
import importlib
import os
import resource
import select
import signal
import socket
import struct
import sys
import threading
import time
import types

import external
import inherited
import interrupted
import observe

NUMBER = struct.Struct("i")
DESCRIPTORS = struct.Struct("3i")

# By the word that a script imports them by: what it then comes to import.
LATER = {
    "subprocess": ("subprocess",),
    "multiprocessing": ("multiprocessing.resource_tracker", "multiprocessing.synchronize"),
}

# A descriptor that supervise.c has agreed to, for requests and answers.
channel = socket.socket(fileno=3)


def await_request():
    """Forks a run for each request; returns in the runs alone, with the request's words and descriptors."""
    while True:
        # As socket.recv_fds() does, but with room for the padding: without it FreeBSD truncates an odd number of descriptors.
        request, control, _, _ = channel.recvmsg(1 << 16, socket.CMSG_SPACE(DESCRIPTORS.size))
        while not request.endswith(b"\0\0"):
            more = channel.recv(1 << 16)
            if not more:
                sys.exit()
            request += more
        descriptors = DESCRIPTORS.unpack(control[0][2][: DESCRIPTORS.size])
        words = request[:-2].split(b"\0")
        program = compiled(os.fsdecode(words[0]))
        # What os.fork() does, but for the process in between.
        ctypes.pythonapi.PyOS_BeforeFork()
        process = fork_orphan()
        if process == 0:
            ctypes.pythonapi.PyOS_AfterFork_Child()
            return program, words, descriptors
        ctypes.pythonapi.PyOS_AfterFork_Parent()
        if process == -1:
            sys.exit("forking a run failed")
        for descriptor in descriptors:
            os.close(descriptor)


last_compiled = None, None


def compiled(script):
    """The script's code; None: it is for the run to say why there is none."""
    global last_compiled
    try:
        now = script, os.stat(script).st_ctime_ns
        if last_compiled[0] != now:
            with open(script, "rb") as file:
                last_compiled = now, compile(file.read(), script, "exec")
            import_later_ones(last_compiled[1].co_names)
    except (OSError, SyntaxError, ValueError):
        return None
    return last_compiled[1]


def import_later_ones(words):
    """Imports what these words need and has not been imported, once, for all runs to come."""
    needed = [module for word in LATER.keys() & words for module in LATER[word] if module not in sys.modules]
    for module in needed:
        try:
            importlib.import_module(module)
        except ImportError:
            pass  # It is for the run to say.
    if needed:
        gc.freeze()


def become_run(words, descriptors):
    """Puts this process into the known state, as supervise.c has it, as far as it is not in it already."""
    script, directory, cpu_seconds, *environment = map(os.fsdecode, words)
    out, err, report = descriptors
    try:
        channel.send(NUMBER.pack(os.getpid()))
        channel.close()
        os.setsid()
        os.chdir(directory)
        null = os.open(os.devnull, os.O_RDONLY)
        for descriptor, standard in (null, 0), (out, 1), (err, 2):
            os.dup2(descriptor, standard)
            os.close(descriptor)
        resource.setrlimit(resource.RLIMIT_CPU, (int(cpu_seconds), int(cpu_seconds)))
    except OSError as error:
        os.write(report, NUMBER.pack(error.errno))
        os._exit(127)
    os.close(report)
    observe.library().observe_let_others_look()
    threading.main_thread()._set_native_id()  # which threading leaves as it was
    os.environ.update(word.split("=", 1) for word in environment)
    sys.argv = [script]
    if not getattr(sys.flags, "safe_path", False):
        sys.path[0] = os.path.dirname(script)


def new_main():
    """The names of a new `__main__`, which only `sys.modules` holds: they are gone at the end."""
    main = types.ModuleType("__main__")
    main.__file__ = sys.argv[0]
    sys.modules["__main__"] = main
    if "__mp_main__" in sys.modules:  # multiprocessing's name for it
        sys.modules["__mp_main__"] = main
    return main.__dict__


def status_of(error):
    """What a program ends with that raises this; None: killed by a signal."""
    if isinstance(error, SystemExit):
        return 0 if error.code is None else error.code & 0xFF if isinstance(error.code, int) else 1
    return None if isinstance(error, KeyboardInterrupt) else 1


class End:
    """Ends the process when it is destroyed."""

    def __del__(self):
        for file in sys.__stdout__, sys.__stderr__:
            if file and not file.closed:
                file.flush()  # One that cannot be flushed leaves the end to the interpreter.
        os._exit(status)


def end_before_all_is_freed():
    """Has the process end where the interpreter would clear the modules that are held still, the newest first: this one."""
    if status is not None:
        sys.modules["end"] = end = types.ModuleType("end")
        hold(end)
        end.it = End()


# The run's, once it is through.
status = None
hold = ctypes.PYFUNCTYPE(None, ctypes.py_object)(("Py_IncRef", ctypes.pythonapi))
# The last registered comes first: this one is the last of all to run.
atexit.register(end_before_all_is_freed)

# Called as part of the interpreter, as a fork is, and not as any C function, around which others may run.
fork_orphan = ctypes.PyDLL(observe.library()._name).observe_fork_orphan
gc.collect()
gc.freeze()
channel.send(NUMBER.pack(0))
program, words, descriptors = await_request()
become_run(words, descriptors)
try:
    if program is None:
        with open(sys.argv[0], "rb") as file:
            program = compile(file.read(), sys.argv[0], "exec")
    exec(program, new_main())
    status = 0
except BaseException as error:
    status = status_of(error)
    raise
