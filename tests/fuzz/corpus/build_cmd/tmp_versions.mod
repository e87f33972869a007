fs/ext2/ext2.ko
fs/ext2/balloc.o fs/ext2/dir.o
printk kfree
