#!/bin/sh
# The first process of a Linux guest: mounts what programs expect, keeps an agent on its virtio port and a
# root shell on the serial one, and reaps what is orphaned (sh reaps every child while it waits).
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=vt100 LANG=C
# The initial RAM disk may have mounted these already.
mount -t proc proc /proc 2> /dev/null
mountpoint -q /sys || mount -t sysfs sys /sys
mountpoint -q /dev || mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts -o mode=620,ptmxmode=666 devpts /dev/pts
mount -t tmpfs -o mode=1777 shm /dev/shm
mount -t tmpfs -o mode=1777 tmp /tmp
mount -t tmpfs -o mode=755 run /run
ln -sfn /proc/self/fd /dev/fd
ln -sfn fd/0 /dev/stdin
ln -sfn fd/1 /dev/stdout
ln -sfn fd/2 /dev/stderr
echo sigmatrix > /proc/sys/kernel/hostname
ip link set lo up
cd /root || cd /

console() {
	while :; do
		echo "sigmatrix console: a root shell on $(uname -sr)"
		# sh(1) starts what it puts in the background with SIGINT and SIGQUIT ignored.
		setsid -c env --default-signal=INT,QUIT sh -c 'stty sane; PS1="# " exec sh -i' < /dev/ttyS0 > /dev/ttyS0 2>&1
	done
}

agent=/usr/local/sbin/sigmatrix-agent
[ -x $agent ] || console
console &
# A module in older kernels, and the port comes a moment after its driver.
modprobe -q virtio_console
until port=$(grep -ls sigmatrix-agent /sys/class/virtio-ports/*/name); do sleep 0.05; done
port=${port%/name}
# Only this process outlives a kill of all processes: what it starts anew is the agent.
while :; do
	# The agent outlives whatever a test does to memory; what it starts decides for itself.
	(echo -1000 > /proc/self/oom_score_adj; exec setsid $agent "/dev/${port##*/}")
done
