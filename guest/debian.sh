# Part of guest/build.sh: the full guest, Debian 12 with systemd and OpenSSH, made by debootstrap from the mirror that this machine's apt
# uses. SHELLBOX_DEBIAN_MIRROR names another.
# shellcheck shell=bash disable=SC2034,SC2154 # build.sh reads the former and sets the latter

volume_size=6G
disk_size=4G
journal_size=64
memory=512
# With less it would start to kill its processes, so the volume says so.
least_memory=yes
reproducible=no
release_name=bookworm
needed+=(
    [/usr/sbin/debootstrap]=debootstrap
    [/usr/share/keyrings/debian-archive-keyring.gpg]=debian-archive-keyring
    [/usr/bin/unshare]=util-linux
)

debian_packages=(
    # What makes it a box. dbus: without it the agent's shutdown, which is logind's, does nothing.
    systemd-sysv udev kmod dbus openssh-server qemu-guest-agent
    iproute2 iputils-ping netbase ca-certificates curl
    # What people type first.
    procps psmisc less vim-tiny man-db bash-completion sudo
)

# The lines of the guest's sources.list: Debian's archives as this machine knows them.
debian_sources() {
    if [ -n "${SHELLBOX_DEBIAN_MIRROR-}" ]; then
        echo "deb $SHELLBOX_DEBIAN_MIRROR $release_name main"
    else
        # shellcheck disable=SC2016 # the names are apt's
        apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT)' 'Identifier: Packages' 2>/dev/null |
            sed -n "s/^\([^ ]*\) \($release_name\(-updates\|-security\)\?\) main\$/deb \1 \2 main/p" | sort -u
    fi
}

# The packages alone, kept for the next build: what is made of them changes more often than they do.
make_base() {
    local base=$work/base sources mirror log=$output/debootstrap.log packages
    sources=$(debian_sources)
    mirror=$(sed -n "s/^deb \([^ ]*\) $release_name main\$/\1/p" <<<"$sources" | head -n 1)
    [ -n "$mirror" ] || fail "apt's sources name no mirror of Debian 12 ($release_name); run apt-get update, or set SHELLBOX_DEBIAN_MIRROR, for example to http://deb.debian.org/debian"
    packages=${debian_packages[*]}
    base_file=$output/downloads/debian-$({ echo "$sources"; echo "$packages"; declare -f make_base; } | sha256sum | cut -c 1-16).tar
    [ ! -s "$base_file" ] || return 0

    say "installing Debian 12 from $mirror; this takes some minutes"
    # What it mounts there goes with the namespace, however this ends.
    unshare --mount debootstrap --variant=minbase --include="${packages// /,}" "$release_name" "$base" "$mirror" 2>&1 | tee "$log" |
        awk '/^I: (Retrieving|Extracting|Unpacking|Configuring) / && !seen[$2]++ { print "guest: debootstrap: " tolower($2) " packages"; fflush() }' ||
        fail "debootstrap failed: $(sed -n 's/^E: //p' "$log" | tail -n 3 | tr '\n' ' '); its log is $log"
    echo "$sources" >"$base/etc/apt/sources.list"
    if [ "$(wc -l <<<"$sources")" -gt 1 ]; then
        say "taking updates"
        # shellcheck disable=SC2016 # for the shell inside
        unshare --mount sh -euc 'mount -t proc proc "$1/proc"; export DEBIAN_FRONTEND=noninteractive
            chroot "$1" apt-get -q -q update; chroot "$1" apt-get -q -q -y upgrade' sh "$base" >>"$log" 2>&1 ||
            fail "the updates could not be installed: $(tail -n 1 "$log"); the log is $log"
    fi
    rm -rf "$base"/var/cache/apt/* "$base"/var/lib/apt/lists/* "$base"/var/log/{bootstrap.log,dpkg.log,alternatives.log,apt/*} "$base"/tmp/*
    rm -f "$output"/downloads/debian-*.tar
    tar -c -f "$work/base.tar" -C "$base" --one-file-system .
    mv "$work/base.tar" "$base_file"
    rm -rf --one-file-system "$base"
}

# Fills $root, and names the packages that it is made of in $work/versions; none of this machine's packages are in it.
make_root() {
    make_base
    tar -x -f "$base_file" -C "$root" --numeric-owner
    # shellcheck disable=SC2016 # the names are dpkg-query's
    chroot "$root" dpkg-query -W -f '${binary:Package} ${Version}\n' >"$work/versions"
    : >"$work/packages"
    # The guest is started with a kernel from outside; these are its modules.
    dpkg-deb --fsys-tarfile "$kernel_deb" | tar -x -C "$root/usr/lib" --strip-components=2 "./lib/modules/$release"
    chroot "$root" depmod "$release"

    # No box's identity: shellbox-personalize makes it.
    rm -f "$root"/etc/ssh/ssh_host_* "$root/var/lib/systemd/random-seed" "$root/var/lib/dbus/machine-id"
    rm -rf "$root"/var/log/journal/* "${root:?}"/dev/*
    cp -R "$here/rootfs/shared/." "$here/rootfs/debian/." "$root/"
    : >"$root/etc/machine-id"
    chmod 444 "$root/etc/machine-id"
    /usr/bin/python3 -IS "$here/make-wake.py" "$root/usr/sbin/shellbox-wake"
    chmod 755 "$root"/usr/lib/shellbox/* "$root"/usr/sbin/shellbox-*
    find "$root/usr/share/locale" -mindepth 1 -maxdepth 1 -type d ! -name 'en*' -exec rm -rf {} +
    chmod -x "$root/etc/update-motd.d/10-uname"

    local name
    # eth0 keeps its name: it is up before udev sees it.
    ln -s /dev/null "$root/etc/systemd/network/99-default.link"
    # Each is a process or more at each boot, for what few boxes use. There is no screen, and the console is the host's record of the boot.
    for name in systemd-repart.service systemd-sysusers.service systemd-update-utmp-runlevel.service dev-hugepages.mount sys-kernel-debug.mount \
        sys-kernel-tracing.mount sys-kernel-config.mount sys-fs-fuse-connections.mount proc-sys-fs-binfmt_misc.automount; do
        ln -s /dev/null "$root/etc/systemd/system/$name"
    done
    mkdir "$root/etc/systemd/system-generators"
    for name in getty gpt-auto cryptsetup veritysetup integritysetup hibernate-resume; do
        ln -s /dev/null "$root/etc/systemd/system-generators/systemd-$name-generator"
    done
    # A saved guest finds these overdue when it goes on. Whoever wants them enables them.
    chroot "$root" systemctl --quiet disable getty@tty1.service e2scrub_reap.service systemd-pstore.service \
        apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer man-db.timer
    chroot "$root" systemctl --quiet enable qemu-guest-agent.service shellbox-machine-id.path
}
