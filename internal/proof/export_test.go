package proof

// ReadAnswer reads a message of a name server.
var ReadAnswer = read
