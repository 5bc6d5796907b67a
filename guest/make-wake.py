#!/usr/bin/python3 -IS
"""Writes shellbox-wake, a program of some 250 bytes: guest/make-wake.py FILE

The host runs it in a guest through the guest agent after each time that the guest stood still. It sets the clock and makes the kernel's
random numbers this guest's own: copies of one saved guest would otherwise draw the same ones. Writing a seed to /dev/urandom alone changes
nothing until the kernel's next reseeding, up to a minute later; the ioctl makes it happen at once. Nothing small that Debian packages can
issue that ioctl, and it must not take a compiler to build the guest; hence machine code (x86-64, Linux), an instruction a line.

Standard input: struct timespec, the time since 1970 (16 bytes), and the seed (32 bytes). Exit code 0 when all of it was done.
"""
import struct
import sys

FAIL, PATH = "FAIL", "PATH"  # 1 and 4 bytes, relative to the next instruction
CODE = [
    "48 83 ec 40",        # sub rsp, 64
    "31 ff",              # xor edi, edi            standard input
    "48 89 e6",           # mov rsi, rsp
    "ba 30 00 00 00",     # mov edx, 48
    "31 c0",              # xor eax, eax            read
    "0f 05",              # syscall
    "83 f8 30",           # cmp eax, 48
    "75 " + FAIL,         # jne fail
    "31 ff",              # xor edi, edi            CLOCK_REALTIME
    "48 89 e6",           # mov rsi, rsp
    "b8 e3 00 00 00",     # mov eax, 227            clock_settime
    "0f 05",              # syscall
    "85 c0",              # test eax, eax
    "75 " + FAIL,         # jnz fail
    "48 8d 3d " + PATH,   # lea rdi, [rip + path]
    "be 01 00 00 00",     # mov esi, 1              O_WRONLY
    "b8 02 00 00 00",     # mov eax, 2              open
    "0f 05",              # syscall
    "85 c0",              # test eax, eax
    "78 " + FAIL,         # js fail
    "89 c3",              # mov ebx, eax
    "89 df",              # mov edi, ebx
    "48 8d 74 24 10",     # lea rsi, [rsp + 16]
    "ba 20 00 00 00",     # mov edx, 32
    "b8 01 00 00 00",     # mov eax, 1              write
    "0f 05",              # syscall
    "83 f8 20",           # cmp eax, 32
    "75 " + FAIL,         # jne fail
    "89 df",              # mov edi, ebx
    "be 07 52 00 00",     # mov esi, 0x5207         RNDRESEEDCRNG
    "31 d2",              # xor edx, edx
    "b8 10 00 00 00",     # mov eax, 16             ioctl
    "0f 05",              # syscall
    "85 c0",              # test eax, eax
    "75 " + FAIL,         # jnz fail
    "31 ff",              # xor edi, edi
    "eb 05",              # jmp over fail
]
FAILED = "bf 01 00 00 00"                   # mov edi, 1
LEAVE = "b8 3c 00 00 00 0f 05"              # mov eax, 60; syscall: exit

BASE, HEADERS = 0x400000, 64 + 56


def size(instruction):
    return len(bytes.fromhex(instruction.replace(FAIL, "00").replace(PATH, "00 00 00 00")))


def assemble():
    end = sum(size(instruction) for instruction in CODE)
    path = end + size(FAILED) + size(LEAVE)
    code = b""
    for instruction in CODE:
        following = len(code) + size(instruction)
        code += bytes.fromhex(instruction.replace(FAIL, "%02x" % (end - following)).replace(PATH, struct.pack("<i", path - following).hex()))
    return code + bytes.fromhex(FAILED + LEAVE) + b"/dev/urandom\0"


def main():
    code = assemble()
    total = HEADERS + len(code)
    # An executable for x86-64 that begins behind its headers, and one segment that is read and executed.
    elf = struct.pack("<4s5B7x2HI3QI6H", b"\x7fELF", 2, 1, 1, 0, 0, 2, 62, 1, BASE + HEADERS, 64, 0, 0, 64, 56, 1, 64, 0, 0)
    segment = struct.pack("<2I6Q", 1, 5, 0, BASE, BASE, total, total, 4096)
    with open(sys.argv[1], "wb") as file:
        file.write(elf + segment + code)


if __name__ == "__main__":
    main()
