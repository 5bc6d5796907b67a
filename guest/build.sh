#!/bin/bash
# Builds a guest from Debian packages: guest/build.sh [--guest small|debian] OUTPUT_DIR
#
# small (unless said otherwise) is busybox and dropbear, made in seconds; debian is a whole Debian 12 with systemd and OpenSSH, made in
# minutes. They differ in what is on the box's disk; kernel and initramfs are the same.
#
#   vmlinux         the kernel, unpacked (or vmlinuz, where it cannot be unpacked)
#   initramfs.gz    drivers, and the way to the box's own disk
#   booted-kernel/  the state of a guest that has booted these two and not looked at its disk yet, where a boot begins
#   volume.raw      the golden volume: a filesystem that holds guest.raw, the guest's whole disk, volume.json, and below saved/ the
#                   state of a guest that was booted from it once, so that each copy of it resumes instead of booting
#   manifest.json   what they were made of
#
# A saved state fits a guest of the same memory, QEMU, accelerator and processor only; elsewhere a copy boots. SHELLBOX_GUEST_MEMORY_MIB
# (default 256, and 512 for debian) is the memory. Where a guest cannot be booted and saved, there are no states, and a line says why;
# without manifest.json the next run tries again.
#
# Does nothing when OUTPUT_DIR holds a build of the same inputs. A newer kernel package alone is no reason to build again: it is taken
# when something else changes, or when OUTPUT_DIR/downloads is removed. The same goes for Debian's packages.
set -euo pipefail
export LC_ALL=C
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
instance_program=$here/../infra/instance/shellbox-instance

layout_version=1
kernel_meta_package=linux-image-cloud-amd64

# A file that the build takes from the machine, and the Debian package that has it.
declare -A needed=(
    [/bin/bash]=bash
    [/usr/bin/busybox]=busybox-static
    [/usr/bin/cpio]=cpio
    [/usr/sbin/mkfs.ext4]=e2fsprogs
    [/usr/sbin/debugfs]=e2fsprogs
    [/usr/bin/qemu-system-x86_64]=qemu-system-x86
    [/usr/bin/python3]=python3
)

say() { printf 'guest: %s\n' "$*"; }
fail() { printf 'guest: %s\n' "$*" >&2; exit 1; }

usage() { echo "usage: guest/build.sh [--guest small|debian] OUTPUT_DIR" >&2; exit 2; }
kind=small
if [ "${1-}" = --guest ]; then
    kind=${2-}
    shift 2 || usage
fi
[[ $# == 1 && ($kind == small || $kind == debian) ]] || usage
# The sizes of disk and volume, the memory, more of what is needed, and make_root.
# shellcheck source=small.sh
. "$here/$kind.sh"
other=$([ "$kind" = small ] && echo debian || echo small)
memory=${SHELLBOX_GUEST_MEMORY_MIB:-$memory}

mkdir -p "$1" || exit 1
output=$(cd "$1" && pwd)

missing=$(for file in "${!needed[@]}"; do [ -e "$file" ] || echo "${needed[$file]}"; done | sort -u | tr '\n' ' ')
[ -z "$missing" ] || fail "these Debian packages are missing: ${missing% }; install them with: apt-get update && apt-get install -y --no-install-recommends ${missing% }"

# One build at a time; the others wait for it and then find it done.
exec 9>"$output/.lock"
flock 9

# The inputs: these sources, and the versions of the packages whose files went in (known after the first build).
inputs_hash() {
    {
        cd "$here"
        sources=(. \( -name measure-tiers.py -o -path "./$other.sh" -o -path "./rootfs/$other" \) -prune -o -type f)
        find "${sources[@]}" -printf '%P %m\0' | sort -z
        find "${sources[@]}" -print0 | sort -z | xargs -0 cat
        # shellcheck disable=SC2046 # package names are words
        [ ! -s "$output/.packages" ] || dpkg-query -W -f '${binary:Package} ${Version}\n' $(<"$output/.packages")
        # What the saved state depends on.
        dpkg-query -W -f '${binary:Package} ${Version}\n' qemu-system-x86
        [ ! -w /dev/kvm ] || sed -n '/^model name/ { p; q }' /proc/cpuinfo
        echo "$memory"
        cat "$instance_program"
    } | sha256sum | cut -d ' ' -f 1
}

if [ -s "$output/manifest.json" ] && [ -e "$output/.packages" ] && [ -s "$output/volume.raw" ] && [ -s "$output/initramfs.gz" ]; then
    manifest=$(<"$output/manifest.json")
    [[ $manifest != *"\"inputs\": \"$(inputs_hash)\""* ]] || exit 0
fi

[ "$(id -u)" = 0 ] || fail "run as root: the files on the guest's disk get their owners from the files that it is made of"
started=$SECONDS
work=$(mktemp -d "$output/.build.XXXXXX")
golden=$(printf '%032d-golden' 0)
clean_up() {
    if [ -d "$work/instance/run" ]; then
        instance stop '"timeoutSeconds":0' >/dev/null || :
    fi
    rm -rf --one-file-system "$work"
}
trap clean_up EXIT
umask 022

# --- The kernel ---------------------------------------------------------------------------------------------------------------
mkdir -p "$output/downloads"
kernel_package=$(apt-cache depends "$kernel_meta_package" 2>/dev/null | sed -n 's/^ *Depends: \(linux-image-[0-9].*\)$/\1/p' | head -n 1)
kernel_deb=$(find "$output/downloads" -name 'linux-image-*.deb' | sort -V | tail -n 1)
if [ -n "$kernel_package" ]; then
    kernel_version=$(apt-cache show --no-all-versions "$kernel_package" | sed -n 's/^Version: //p')
    kernel_file=$output/downloads/${kernel_package}_${kernel_version//:/%3a}_amd64.deb
    if [ ! -s "$kernel_file" ]; then
        say "downloading $kernel_package $kernel_version"
        mkdir "$work/download"
        # A directory that apt's own user cannot write to is no fault: apt then downloads as this user and warns.
        (cd "$work/download" && apt-get download -q -q "$kernel_package" 2>"$work/apt.log") ||
            fail "$kernel_package cannot be downloaded; run apt-get update and try again. apt-get said: $(tail -n 1 "$work/apt.log")"
        mv "$work"/download/*.deb "$kernel_file"
    fi
    kernel_deb=$kernel_file
elif [ -z "$kernel_deb" ]; then
    fail "apt knows no package $kernel_meta_package; run apt-get update (Debian's main archive must be in the sources) and try again"
else
    say "apt knows no package $kernel_meta_package; the kernel downloaded before is used"
fi
kernel_file=${kernel_deb##*/}
kernel_package=${kernel_file%%_*}
release=${kernel_package#linux-image-}
kernel_version=$(dpkg-deb -f "$kernel_deb" Version)

say "unpacking $kernel_package"
mkdir "$work/kernel"
mapfile -t modules < <(sed -e 's/#.*//' -e '/^ *$/d' "$here/modules.list")
dpkg-deb --fsys-tarfile "$kernel_deb" |
    tar -x -C "$work/kernel" --wildcards "*/boot/vmlinuz-$release" "${modules[@]/#/*/modules/$release/kernel/}" ||
    fail "$kernel_file lacks the kernel or one of the modules of guest/modules.list"
bzimage=$work/kernel/boot/vmlinuz-$release
unpacked=0
/usr/bin/python3 -IS "$here/unpack-kernel.py" "$bzimage" "$work/vmlinux" || unpacked=$?
if [ "$unpacked" != 0 ]; then
    [ "$unpacked" = 3 ] || fail "the kernel in $kernel_file cannot be unpacked"
    rm -f "$work/vmlinux"
    cp "$bzimage" "$work/vmlinuz"
fi

# --- The initramfs ------------------------------------------------------------------------------------------------------------
say "making initramfs.gz"
initramfs=$work/initramfs
mkdir -p "$initramfs"/{bin,dev,root,modules}
cp /usr/bin/busybox "$initramfs/bin/busybox"
/usr/bin/python3 -IS "$here/make-wake.py" "$initramfs/bin/shellbox-wake"
chmod 755 "$initramfs/bin/shellbox-wake"
for applet in sh mount insmod ip poweroff sleep switch_root; do ln -s busybox "$initramfs/bin/$applet"; done
cp "$here/initramfs/init" "$initramfs/init"
chmod 755 "$initramfs/init"
mknod -m 600 "$initramfs/dev/console" c 5 1
for module in "${modules[@]}"; do
    find "$work/kernel" -path "*/modules/$release/kernel/$module" -exec cp {} "$initramfs/modules/" \;
    basename "$module" >>"$initramfs/modules/list"
done
find "$initramfs" -exec touch -h -d @0 {} +
(cd "$initramfs" && find . -print0 | sort -z | cpio --quiet -0 -o -H newc --reproducible -R 0:0) | gzip -n -9 >"$work/initramfs.gz"

# --- The guest's disk ---------------------------------------------------------------------------------------------------------
say "making the guest's disk"
root=$work/root
mkdir "$root"
make_root

# assume_storage_prezeroed: the file is all holes, so neither mkfs nor the guest's kernel need write zeroes.
filesystem() {
    local directory=$1 image=$2 size=$3 uuid=$4 label=$5
    shift 5
    truncate -s "$size" "$image"
    E2FSPROGS_FAKE_TIME=1 mkfs.ext4 -q -F -m 0 -L "$label" -U "$uuid" \
        -E "hash_seed=$uuid,root_owner=0:0,assume_storage_prezeroed=1,nodiscard" -d "$directory" "$@" "$image"
    [ "$reproducible" = yes ] || return 0
    # mkfs takes over the time at which each source file's inode was last changed; nothing else would differ from build to build.
    (cd "$directory" && find . -printf '%P\n') | sort | while read -r path; do
        for field in ctime atime crtime; do printf 'set_inode_field "/%s" %s @1\n' "$path" "$field"; done
    done >"$work/times"
    E2FSPROGS_FAKE_TIME=1 debugfs -w -f "$work/times" "$image" >/dev/null 2>"$work/debugfs.log"
}
mkdir "$work/volume"
filesystem "$root" "$work/volume/guest.raw" "$disk_size" 5e11b0c5-0000-4000-8000-000000000001 shellbox-root -J "size=$journal_size"
rm -rf --one-file-system "$root"

# --- The volume ---------------------------------------------------------------------------------------------------------------
say "making volume.raw"
printf '{"layoutVersion":%d,"diskGeneration":0%s}\n' "$layout_version" "${least_memory:+,\"memoryMiB\":$memory}" >"$work/volume/volume.json"
find "$work/volume" -exec touch -h -d @0 {} +
filesystem "$work/volume" "$work/volume.raw" "$volume_size" 5e11b0c5-0000-4000-8000-000000000002 shellbox-volume -J size=16
rm "$work/volume/guest.raw"

# --- The saved states ---------------------------------------------------------------------------------------------------------
# By the program that will resume them, so that all is as it will be then. Any loopback address will do: nobody connects.
instance_files=$work/instance/usr/local/lib/shellbox
mkdir -p "$instance_files" "$work/instance/dev/disk/azure/scsi1"
ln -s "$work"/vmlinu? "$work/initramfs.gz" "$instance_files/"
instance() {
    printf '{"box":"%s","hostName":"golden","epoch":0,"operationId":"golden","lun":0,"port":2222,"memoryMiB":%d,"golden":true,%s}' \
        "$golden" "$memory" "$2" |
        INSTANCE_ROOT=$work/instance SHELLBOX_ADDRESS=127.200.$((RANDOM % 250)).$((1 + RANDOM % 250)) SSH_CONNECTION='' "$instance_program" "$1"
}
save_golden() {
    local answer
    cp --sparse=always "$work/volume.raw" "$work/saved.raw"
    ln -s "$work/saved.raw" "$work/instance/dev/disk/azure/scsi1/lun0"
    answer=$(instance start '"bootTimeoutSeconds":300') && [[ $answer == *'"ok": true'* ]] &&
        answer=$(instance save '"timeoutSeconds":60') && [[ $answer == *'"saved": true'*'"unmounted"'* ]] &&
        cp --sparse=always "$work/saved.raw" "$work/volume.raw" && saved=true && return
    say "the golden volume has no saved state, boxes will boot: ${answer:-$instance_program cannot be run}"
}
say "saving the state of a booted kernel"
answer=$(instance prepare '"bootTimeoutSeconds":300')
[[ $answer == *'"prepared": true'* ]] || say "there is no booted kernel, boots will take longer: ${answer:-$instance_program cannot be run}"
say "saving the state of a booted guest"
saved=false
save_golden

# --- The manifest -------------------------------------------------------------------------------------------------------------
mv "$work/packages" "$output/.packages"
{
    printf '{\n  "inputs": "%s",\n' "$(inputs_hash)"
    printf '  "layoutVersion": %d,\n  "kernel": { "package": "%s", "version": "%s", "unpacked": %s },\n' \
        "$layout_version" "$kernel_package" "$kernel_version" "$([ "$unpacked" = 0 ] && echo true || echo false)"
    printf '  "guest": "%s",\n  "savedState": %s,\n' "$kind" "$saved"
    printf '  "packages": {\n'
    sed -e 's/^\([^ ]*\) \(.*\)$/    "\1": "\2",/' -e '$ s/,$//' "$work/versions"
    printf '  },\n  "files": {\n'
    (
        cd "$work"
        files=(vmlinu? initramfs.gz)
        # Gigabytes, and never twice the same: its digest would tell nobody anything.
        [ "$reproducible" = no ] || files+=(volume.raw)
        sha256sum "${files[@]}"
    ) | sed -e 's/^\([^ ]*\)  \(.*\)$/    "\2": "\1",/' -e '$ s/,$//'
    printf '  }\n}\n'
} >"$work/manifest.json"

# Whoever reads the old files meanwhile keeps them; the manifest comes last.
rm -rf "$output"/manifest.json "$output"/vmlinux "$output"/vmlinuz "$output"/booted-kernel
[ ! -e "$instance_files/booted-kernel" ] || mv "$instance_files/booted-kernel" "$output/"
mv "$work"/vmlinu? "$work/initramfs.gz" "$work/volume.raw" "$output/"
mv "$work/manifest.json" "$output/"
say "built in $((SECONDS - started)) s: $output"
