#!/bin/bash
# The first process of a User-mode Linux guest whose root is this machine's, read-only. nfs.mjs gives asm_* on the
# kernel's command line. Then guest.mjs runs what nfs.mjs asks for.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devpts devpts /dev/pts
for word in $(cat /proc/cmdline); do case $word in asm_*=*) export "${word?}" ;; esac; done
hostname "$asm_name"
ip link set lo up
ip addr add "$asm_ip/24" dev vec0
ip link set vec0 up
mount -t tmpfs run /run
echo "$asm_machine" >/run/machine-id
mount --bind /run/machine-id /etc/machine-id
mkdir -p /run/modules/lib
ln -s /usr/lib/uml/modules /run/modules/lib/modules
mount -t tmpfs mnt /mnt
mkdir /mnt/home
if [ "$asm_name" = server ]; then
  mount -t tmpfs state /var/lib/nfs
  mkdir -p /var/lib/nfs/v4recovery /var/lib/nfs/nfsdcltrack
  touch /var/lib/nfs/etab /var/lib/nfs/rmtab
  modprobe -d /run/modules nfsd
  mount /dev/ubda /mnt/home
  mount -t nfsd nfsd /proc/fs/nfsd
  exportfs -i -o rw,no_root_squash,fsid=0,no_subtree_check,insecure '*:/mnt/home'
  rpc.nfsd -N 3 4
  rpc.mountd -N 3
else
  modprobe -d /run/modules nfsv4
  mount -t tmpfs tmp /tmp
  until (: </dev/tcp/198.18.77.1/2049) 2>/dev/null; do sleep 1; done
  mount -t nfs4 -o vers=4.2 198.18.77.1:/ /mnt/home
  [ "$asm_ahead" = 0 ] || date -s "+$asm_ahead seconds" >/dev/null
fi
stty raw -echo
exec "$asm_node" "$asm_folder/guest.mjs"
