#!/bin/sh
# Makes a published FreeBSD image a prepared layer; run once as root, in the folder that this file is in.
# What is switched off here is what costs time at each boot, or runs beside a test.
set -e
agent=/usr/local/sbin/sigmatrix-agent
mkdir -p /usr/local/sbin /usr/local/share/sigmatrix
cc -std=c11 -O2 -o $agent agent.c

# init(8) keeps the agent on its virtio port, whatever a test does to it, and a root shell on the serial one.
# It gives getty(8)'s replacement the port's name, and an environment with nothing but TERM. There are no other terminals.
cat > $agent-port <<'EOF'
#!/bin/sh
exec < /dev/null > /dev/null 2>&1
export HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
exec protect /usr/local/sbin/sigmatrix-agent /dev/vtcon/sigmatrix-agent
EOF
chmod 755 $agent-port
cp /etc/ttys /etc/ttys.published
grep -Ev '^tty[uv]' /etc/ttys.published > /etc/ttys
cat >> /etc/ttys <<EOF
ttyu0	"/usr/libexec/getty sigmatrix"	vt100	on secure
ttyV0.1	"$agent-port"	vt100	on secure
EOF
printf 'sigmatrix:al=root:tc=3wire.115200:\n' >> /etc/gettytab
rm -f /etc/gettytab.db

cat > /etc/rc.conf.local <<'EOF'
background_fsck="NO"
cron_enable="NO"
defaultroute_delay="0"
devd_enable="NO"
devmatch_enable="NO"
dumpdev="NO"
fsck_y_enable="YES"
growfs_enable="NO"
ifconfig_DEFAULT=""
kldxref_enable="NO"
moused_nondefault_enable="NO"
newsyslog_enable="NO"
savecore_enable="NO"
sendmail_enable="NONE"
sshd_enable="NO"
syslogd_enable="NO"
update_motd="NO"
virecover_enable="NO"
EOF
echo 'kern.coredump=0' >> /etc/sysctl.conf
printf 'autoboot_delay="-1"\nbeastie_disable="YES"\nloader_logo="none"\n' >> /boot/loader.conf
# Where QEMU translates instructions, it does so anew for each address that they are seen at.
printf 'kern.elf64.aslr.enable="0"\nkern.elf64.aslr.pie_enable="0"\n' >> /boot/loader.conf
echo 'virtio_console_load="YES"' >> /boot/loader.conf
# Runs happen in memory.
echo 'tmpfs /tmp tmpfs rw,mode=1777 0 0' >> /etc/fstab
rm -f /firstboot

# The base system has no Python. What the published image brings, or a person's own image, is left alone.
if ! command -v python3 > /dev/null; then
	# There is an interface if there is a network, and DHCP may not have been asked yet.
	if ! route -n get default > /dev/null 2>&1; then
		for interface in $(ifconfig -l ether); do
			dhclient "$interface" > /dev/null 2>&1 || true
		done
	fi
	if timeout 900 env ASSUME_ALWAYS_YES=yes pkg install -y python3 > /dev/null 2> pkg.log; then
		rm -rf /var/cache/pkg
	else
		echo "pkg could not install python3 when the image was prepared: $(grep . pkg.log | tail -n 2 | tr '\n' ' ')" \
			> /usr/local/share/sigmatrix/without-python
	fi
fi
