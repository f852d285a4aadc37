// SPDX-License-Identifier: LGPL-2.1-or-later
#include <iostream>

#include "evaluate/eval_main.h"

int main(int argc, char** argv) { return denoiseae::eval_main(argc, argv, std::cout, std::cerr); }
