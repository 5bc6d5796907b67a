# Part of guest/build.sh: the small guest, busybox and dropbear on files of this machine.
# shellcheck shell=bash disable=SC2034,SC2154 # build.sh reads the former and sets the latter

volume_size=1G
disk_size=512M
journal_size=16
memory=256
# Equal inputs make equal volumes.
reproducible=yes
needed+=(
    [/usr/sbin/dropbear]=dropbear-bin
    [/usr/bin/dropbearkey]=dropbear-bin
    [/usr/sbin/qemu-ga]=qemu-guest-agent
    [/usr/lib/openssh/sftp-server]=openssh-sftp-server
    [/usr/bin/scp]=openssh-client
    [/lib/terminfo/x/xterm]=ncurses-base
)

taken=()
# Copies files of the machine, with the libraries that they need, to the same places below the guest's root.
take() {
    local file library
    for file; do
        taken+=("$file")
        cp -L --preserve=mode "$file" "$root$file"
        while read -r library; do
            # One place for libraries: the machine may name them with or without /usr.
            [[ $library == /usr/* ]] || library=/usr$library
            [ -e "$root$library" ] || {
                taken+=("$library")
                mkdir -p "$root${library%/*}"
                cp -L --preserve=mode "$library" "$root$library"
            }
        done < <(ldd "$file" 2>/dev/null | sed -n 's,^.*[ \t]\(/[^ ]*\) (0x.*,\1,p')
    done
}
# Fills $root, and names the packages that it is made of in $work/packages, with their versions in $work/versions.
make_root() {
    mkdir -p "$root"/{dev,proc,sys,run,tmp,mnt,media,opt,srv,home,root,etc/dropbear,etc/profile.d}
    mkdir -p "$root"/usr/{bin,sbin,lib64,lib/openssh,share,local/{bin,sbin,lib,etc,share,src,include}} "$root"/var/{log,lib,cache,spool,tmp}
    for directory in bin sbin lib lib64; do ln -s "usr/$directory" "$root/$directory"; done
    ln -s /run "$root/var/run"
    ln -s /proc/mounts "$root/etc/mtab"
    cp -R "$here/rootfs/shared/." "$here/rootfs/small/." "$root/"
    /usr/bin/python3 -IS "$here/make-wake.py" "$root/usr/sbin/shellbox-wake"
    chmod 755 "$root"/usr/lib/shellbox/* "$root"/usr/sbin/*
    chmod 700 "$root/root" "$root/etc/dropbear"
    chmod 1777 "$root/tmp" "$root/var/tmp"
    chmod 640 "$root/etc/shadow"
    take /usr/bin/busybox /usr/bin/bash /usr/sbin/qemu-ga /usr/sbin/dropbear /usr/bin/dropbearkey /usr/bin/scp /usr/lib/openssh/sftp-server
    # Where dropbear looks for it.
    ln -s openssh/sftp-server "$root/usr/lib/sftp-server"
    while read -r applet; do
        case $applet in
            busybox|linuxrc|poweroff|halt|reboot|shutdown|rpm|rpm2cpio) continue ;;
            init|mount|umount|ip|ifconfig|route|insmod|rmmod|lsmod|modprobe|hwclock|switch_root|getty|fdisk|blkid|losetup|swapon|swapoff|nologin) directory=sbin ;;
            *) directory=bin ;;
        esac
        [ -e "$root/usr/$directory/$applet" ] || printf '%s\0' "$root/usr/$directory/$applet"
    done < <(busybox --list) | xargs -0 -n 1 ln -s /usr/bin/busybox
    for name in mount umount ip; do ln -s "/usr/bin/busybox" "$root/usr/bin/$name"; done
    for name in poweroff halt reboot shutdown; do ln -s shellbox-halt "$root/usr/sbin/$name"; done
    for entry in x/xterm x/xterm-256color l/linux s/screen s/screen-256color t/tmux t/tmux-256color v/vt100 v/vt220 d/dumb a/ansi; do
        mkdir -p "$root/usr/lib/terminfo/${entry%/*}"
        cp -L "/lib/terminfo/$entry" "$root/usr/lib/terminfo/$entry"
    done
    printf '%s\n' /lib/x86_64-linux-gnu /usr/lib/x86_64-linux-gnu >"$root/etc/ld.so.conf"
    ldconfig -r "$root"
    rm -rf "$root/var/cache/ldconfig"
    find "$root" -exec touch -h -d @0 {} +

    # A file is listed under the name that its package gave it, with or without /usr.
    local file
    for file in "${taken[@]}"; do
        dpkg-query -S "$file" 2>/dev/null || dpkg-query -S "${file#/usr}" 2>/dev/null || dpkg-query -S "$(readlink -f "$file")"
    done | sed 's/: .*//' | sort -u >"$work/packages"
    # shellcheck disable=SC2046 # package names are words
    dpkg-query -W -f '${binary:Package} ${Version}\n' $(<"$work/packages") >"$work/versions"
}
