package kit

// Computer is the disk of this computer.
var Computer Disk = computer{}
