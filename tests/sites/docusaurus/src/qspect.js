import "qspect";
