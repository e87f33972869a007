fs/ext2/balloc.o
fs/ext2/dir.o
../amd/acp/acp_hw.o
