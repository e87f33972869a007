# SPDX-License-Identifier: GPL-2.0-or-later
"""Stops a program at the moments at which a folder changes, with ptrace(2)."""
import ctypes
import os
import signal

# include/uapi/linux/ptrace.h
PTRACE_TRACEME = 0
PTRACE_DETACH = 17
PTRACE_SYSCALL = 24
PTRACE_SETOPTIONS = 0x4200
PTRACE_O_TRACESYSGOOD = 0x1
PTRACE_O_EXITKILL = 0x100000
WALL = 0x40000000

_libc = ctypes.CDLL(None, use_errno=True)
_libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
_libc.ptrace.restype = ctypes.c_long


def _ptrace(request, pid, data=0):
    if _libc.ptrace(request, pid, None, data) < 0:
        raise OSError(ctypes.get_errno(), "ptrace")


def folder_state(folder):
    """Every name under folder, with the size of temporary files and the inode of the others."""
    state = []
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            state.append((entry.name, folder_state(entry.path)))
        elif entry.name.startswith("."):
            state.append((entry.name, entry.stat().st_size))
        else:
            state.append((entry.name, entry.inode()))
    return sorted(state, key=lambda item: item[0])


def _start(command, cwd):
    pid = os.fork()
    if pid == 0:
        try:
            null = os.open("/dev/null", os.O_RDWR)
            for fd in (0, 1, 2):
                os.dup2(null, fd)
            os.chdir(cwd)
            _ptrace(PTRACE_TRACEME, 0)
            os.execv(command[0], command)
        finally:
            os._exit(127)
    return pid


def run_until(command, cwd, folder, change, signal_number):
    """Sends the signal when folder has changed that many times (0: never), right after the
    system call that changed it. Returns the number of changes seen and the wait status.
    Only the first thread is stopped: it is the one that makes, writes and renames files."""
    pid = _start(command, cwd)
    changes = 0
    deliver = 0
    entering = False
    state = folder_state(folder)
    _, status = os.waitpid(pid, WALL)
    if not os.WIFSTOPPED(status):
        raise OSError("ptrace is not permitted here")
    _ptrace(PTRACE_SETOPTIONS, pid, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL)
    while True:
        _ptrace(PTRACE_SYSCALL, pid, deliver)
        _, status = os.waitpid(pid, WALL)
        if not os.WIFSTOPPED(status):
            return changes, status
        deliver = os.WSTOPSIG(status)
        if deliver != signal.SIGTRAP | 0x80:
            continue
        deliver = 0
        entering = not entering
        if entering:
            continue
        now = folder_state(folder)
        if now == state:
            continue
        state = now
        changes += 1
        if changes != change:
            continue
        if signal_number == signal.SIGKILL:
            os.kill(pid, signal_number)
        else:
            _ptrace(PTRACE_DETACH, pid, signal_number)
        while not (os.WIFEXITED(status) or os.WIFSIGNALED(status)):
            _, status = os.waitpid(pid, WALL)
        return changes, status
