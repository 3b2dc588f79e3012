// This file lets main.go declare functions that other packages define.
