"""What every Python test shares; the words are those of observe.h.

Cheap to import, and it starts no thread and no process: that would change what the tests look at.
"""

import errno
import os
import signal

# Where one number has two names: the one that names.h uses.
_ERROR_NAMES = {0: "0", errno.EAGAIN: "EAGAIN", errno.EDEADLK: "EDEADLK", errno.ENOTSUP: "ENOTSUP"}

_library = None


def die(what):
    """Ends the run as a failed set-up (exit 70), with the reason on stderr."""
    os.write(2, f"set-up failed: {what}\n".encode())
    os._exit(70)


def observe(key, value):
    """One `key: value` line, in one write."""
    os.write(1, f"{key}: {value}\n".encode())


def observe_yes(key, yes):
    observe(key, "yes" if yes else "no")


def axis(name):
    """The value of a variant's axis: axis("restart") reads SIGMATRIX_RESTART."""
    variable = "SIGMATRIX_" + name.upper().replace("-", "_")
    if variable not in os.environ:
        die(variable)
    return os.environ[variable]


def axis_is(name, value):
    return axis(name) == value


def heir(questions):
    """The command of a program that answers heir.c's questions: by key, the words of each."""

    def spelled(words):
        return " ".join(f"{word:d}" if isinstance(word, int) else word for word in words)

    return [_built("heir"), *(f"{key}={spelled(words)}" for key, words in questions.items())]


def signal_name(signo):
    """A signal's name without SIG: TERM, RTMIN+3."""
    if signo == 0:
        return "none"
    if signal.SIGRTMIN <= signo <= signal.SIGRTMAX:
        return f"RTMIN+{signo - signal.SIGRTMIN}"
    try:
        return signal.Signals(signo).name[3:]
    except ValueError:
        return "other"


def error_name(error):
    """The name of an error number, or of the OSError that carries it."""
    number = error.errno if isinstance(error, OSError) else error
    return _ERROR_NAMES.get(number) or errno.errorcode.get(number, "other")


def status_name(status):
    """How a waited-for child ended: `exit 0`, `killed TERM`, `stopped STOP`, `continued`."""
    if os.WIFEXITED(status):
        return f"exit {os.WEXITSTATUS(status)}"
    if os.WIFSIGNALED(status):
        return f"killed {signal_name(os.WTERMSIG(status))}"
    if os.WIFSTOPPED(status):
        return f"stopped {signal_name(os.WSTOPSIG(status))}"
    return "continued"


def observe_status(key, status):
    observe(key, status_name(status))


def _built(name):
    if "SIGMATRIX_LIB" not in os.environ:
        die("SIGMATRIX_LIB")
    return os.path.join(os.environ["SIGMATRIX_LIB"], name)


def library():
    """The part that is C."""
    global _library
    if _library is None:
        import ctypes

        _library = ctypes.CDLL(_built("observe.so"))
        _library.observe_await_parked.argtypes = [ctypes.c_int, ctypes.c_long, ctypes.c_char_p]
        _library.observe_await_parked.restype = None
    return _library


def await_parked(thread, call, pid=None):
    """Returns once that thread (a threading.Thread, its native_id, or 0 for the process's main thread) is seen asleep in `call` ("" for any).

    Ends the run (exit 70) after ten seconds. The wait holds no lock of the interpreter.
    """
    tid = getattr(thread, "native_id", thread)
    library().observe_await_parked(pid or os.getpid(), tid, call.encode())
