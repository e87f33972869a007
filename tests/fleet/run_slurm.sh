#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The Slurm recipe of docs/fleet.md as it stands there, with slurmctld, slurmd and munged of our
# own on loopback: run_slurm.sh PROGRAM
set -euo pipefail

here=$(cd "$(dirname "$0")/../.." && pwd)
program=$(realpath "${1:?usage: run_slurm.sh PROGRAM}")
PATH=$PATH:/usr/sbin

skip() { # REASON
	echo "skipped: docs/fleet.md with Slurm is not tried: $*"
	exit 0
}

for tool in slurmctld slurmd sbatch sinfo scontrol munged python3; do
	command -v $tool > /dev/null || skip "$tool is not installed"
done
# slurmd starts jobs as their users.
[[ $(id -u) -eq 0 ]] || skip "only root can run slurmd"

scratch=$(mktemp -d)
node=$(hostname -s)
daemons=()
# Daemons end on a signal; whatever does not is killed, so that nothing outlives the test.
clean_up() {
	[[ ${#daemons[@]} -lt 3 ]] || timeout 5 scancel --user="$(id -un)" 2> /dev/null || true
	for pid in "${daemons[@]}"; do
		kill "$pid" 2> /dev/null || true
	done
	for _ in $(seq 50); do
		if [[ -z $(jobs -rp) ]]; then
			break
		fi
		sleep 0.1
	done
	for pid in "${daemons[@]}"; do
		kill -KILL "$pid" 2> /dev/null || true
	done
	wait
	rm -rf "$scratch"
}
trap clean_up EXIT
trap 'exit 1' INT TERM HUP

give_up() { # TEXT
	echo "$1"
	tail -n 20 "$scratch"/log/* 2> /dev/null || true
	echo "slurm: 0 passed, 1 failed"
	exit 1
}

chmod 755 "$scratch"
mkdir "$scratch"/{munge,state,spool,log,bin,work}
dd if=/dev/urandom of="$scratch/munge/key" bs=128 count=1 2> /dev/null
chmod 400 "$scratch/munge/key"
munged --foreground --force --socket="$scratch/munge/socket" --key-file="$scratch/munge/key" \
	--pid-file="$scratch/munge/pid" --seed-file="$scratch/munge/seed" --log-file="$scratch/log/munged" \
	> "$scratch/log/munged.out" 2>&1 &
daemons+=($!)
read -r controller_port daemon_port < <(python3 - <<-'END_PYTHON'
	import socket
	sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
	print(*(one.getsockname()[1] for one in sockets))
END_PYTHON
)
cat > "$scratch/slurm.conf" <<-END_CONF
	ClusterName=loopback
	SlurmctldHost=$node(127.0.0.1)
	SlurmctldPort=$controller_port
	SlurmdPort=$daemon_port
	SlurmUser=$(id -un)
	SlurmdUser=$(id -un)
	AuthType=auth/munge
	AuthInfo=socket=$scratch/munge/socket
	CredType=cred/munge
	StateSaveLocation=$scratch/state
	SlurmdSpoolDir=$scratch/spool
	SlurmctldPidFile=$scratch/slurmctld.pid
	SlurmdPidFile=$scratch/slurmd.pid
	SlurmctldLogFile=$scratch/log/slurmctld
	SlurmdLogFile=$scratch/log/slurmd
	ProctrackType=proctrack/linuxproc
	TaskPlugin=task/none
	SelectType=select/cons_tres
	SelectTypeParameters=CR_CPU
	SwitchType=switch/none
	MpiDefault=none
	JobAcctGatherType=jobacct_gather/none
	AccountingStorageType=accounting_storage/none
	JobCompType=jobcomp/none
	PlugStackConfig=/dev/null
	ReturnToService=2
	SchedulerParameters=sched_interval=1,batch_sched_delay=0,bf_interval=1
	NodeName=$node NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
	PartitionName=all Nodes=$node Default=YES MaxTime=5 State=UP
END_CONF
export SLURM_CONF=$scratch/slurm.conf
for _ in $(seq 50); do
	[[ -S $scratch/munge/socket ]] && break
	sleep 0.1
done
slurmctld -D -c -i > "$scratch/log/slurmctld.out" 2>&1 &
daemons+=($!)
slurmd -D -N "$node" > "$scratch/log/slurmd.out" 2>&1 &
daemons+=($!)
up=no
for _ in $(seq 60); do
	if timeout 5 sinfo -h -o %T 2> /dev/null | grep -q '^idle'; then
		up=yes
		break
	fi
	sleep 0.5
done
[[ $up == yes ]] || give_up "the node did not come up"

cd "$scratch/work"
ln -s "$program" "$scratch/bin/trace_analyze"
export PATH=$scratch/bin:$PATH KERNEL=$here/testdata/linux RESULTS=$scratch/work/results
for n in 1 2 3 4 5 6; do
	mkdir -p "rack$((n % 2))"
	head -n $((n * 900)) "$here/testdata/boot.log" > "rack$((n % 2))/board$n.log"
	echo "$PWD/rack$((n % 2))/board$n.log"
done > traces.txt
block() { # NUMBER: of the code blocks of the section
	sed -n '/^## Slurm/,$p' "$here/docs/fleet.md" | awk -v wanted="$1" '
		/^```$/ { inside = 0 }
		inside && number == wanted
		/^```sh$/ { inside = 1; number++ }'
}
block 1 > analyze.sbatch
block 2 > merge.sbatch
block 3 > recipe.sh

passed=0
failed=0
check() { # TEXT COMMAND...
	local text=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "$text"
	fi
}
run_recipe() { # SECONDS
	status=0
	timeout "$1" sh recipe.sh > printed 2>&1 < /dev/null || status=$?
	cat analyze-*.txt merge-*.txt >> printed 2> /dev/null || true
}
runs_of() { # DATABASE
	sqlite3 "$1" "SELECT name, digest, current_dynamic FROM run"
}
run_recipe 40
check "all boards: exit status $status: $(cat printed)" test "$status" -eq 0
for n in 1 2 3 4 5 6; do
	"$program" -q -k "$KERNEL" -f "$PWD/rack$((n % 2))/board$n.log" --save-db "board$n.db"
done
"$program" merge -q board?.db -o here.db
check "not the bytes of the same analyses made here" cmp here.db fleet.db

# One trace cannot be read: merged without it, and it is named.
rm -rf results merge-*.txt
mv rack0/board2.log away
run_recipe 30
check "merged with a board missing: exit status $status" test "$status" -eq 1
check "the missing board is not named: $(cat printed)" grep -q 'missing: board2' printed
check "why the board failed is not said: $(cat printed)" grep -q 'board2.log' printed
check "the result lacks more than the missing board" test "$(runs_of fleet.db)" = "$(runs_of here.db | grep -v '^board2|')"

# The same with afterok: no merge, and no job left waiting.
# shellcheck disable=SC2016
sed -i 's/"afterany:$array"/"afterok:$array" --kill-on-invalid-dep=yes/' recipe.sh
check "afterok is not tried" grep -q afterok recipe.sh
rm -rf results fleet.db merge-*.txt
run_recipe 30
check "afterok with a board missing: exit status $status" test "$status" -ne 124
check "a failed board does not keep the merge away" test ! -e fleet.db
check "a job is left" test -z "$(squeue -h)"
echo "slurm: $passed passed, $failed failed"
[[ $failed -eq 0 ]]
