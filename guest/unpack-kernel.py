#!/usr/bin/python3 -IS
"""Unpacks a Linux bzImage: unpack-kernel.py VMLINUZ VMLINUX

An emulated guest needs about a quarter of a second to unpack its own kernel, at each boot. QEMU can start the unpacked ELF file
through its PVH entry point, so it is unpacked once, here. Debian's cloud kernel is compressed as LZ4 in the legacy frame format;
any other compression is refused (exit 3), and the caller then keeps the bzImage, which boots as well, only later.
"""
import struct
import sys

LZ4_LEGACY_MAGIC = b"\x02\x21\x4c\x18"


def unpack_block(source):
    """One LZ4 block: sequences of literals and copies from what was written before."""
    out = bytearray()
    position, end = 0, len(source)
    while position < end:
        token = source[position]
        position += 1
        length = token >> 4
        if length == 15:
            while True:
                more = source[position]
                position += 1
                length += more
                if more != 255:
                    break
        out += source[position:position + length]
        position += length
        if position >= end:
            break
        offset = source[position] | source[position + 1] << 8
        position += 2
        length = (token & 15) + 4
        if length == 19:
            while True:
                more = source[position]
                position += 1
                length += more
                if more != 255:
                    break
        start = len(out) - offset
        if offset >= length:
            out += out[start:start + length]
        else:
            # The copy overlaps what it writes: a repeated pattern.
            pattern = bytes(out[start:])
            out += (pattern * (length // offset + 1))[:length]
    return out


def main():
    with open(sys.argv[1], "rb") as file:
        image = file.read()
    if image[0x202:0x206] != b"HdrS":
        sys.exit("unpack-kernel: %s is not a Linux kernel" % sys.argv[1])
    # Boot protocol: https://www.kernel.org/doc/html/latest/arch/x86/boot.html
    setup_sectors = image[0x1F1] or 4
    payload_offset, payload_length = struct.unpack_from("<II", image, 0x248)
    start = (setup_sectors + 1) * 512 + payload_offset
    payload = image[start:start + payload_length]
    if payload[:4] != LZ4_LEGACY_MAGIC:
        print("unpack-kernel: the kernel is not compressed as LZ4", file=sys.stderr)
        sys.exit(3)
    # The payload's last four bytes are the unpacked size, which the kernel's build appends.
    size = struct.unpack("<I", payload[-4:])[0]
    position, end = 4, len(payload) - 4
    with open(sys.argv[2], "wb") as file:
        written = 0
        while position < end:
            length = struct.unpack_from("<I", payload, position)[0]
            position += 4
            block = unpack_block(payload[position:position + length])
            position += length
            file.write(block)
            written += len(block)
    if written != size:
        sys.exit("unpack-kernel: unpacked %d bytes, expected %d" % (written, size))


if __name__ == "__main__":
    main()
