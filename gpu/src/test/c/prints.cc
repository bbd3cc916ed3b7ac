#include <iostream>

extern "C" void print_by_cpp(const char *text) { std::cout << text << " by cout" << std::endl; }
