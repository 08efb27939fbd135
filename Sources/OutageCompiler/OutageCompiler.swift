// OutageCompiler
