cmd_fs/built-in.o :=  ld -m elf_x86_64   -r -o fs/built-in.o fs/open.o "fs/ext2/built-in.o" a\ b.o && true | cat
