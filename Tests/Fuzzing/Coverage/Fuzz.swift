// The entry point of libFuzzer: whatever the bytes, reading, checking, printing, compiling and a bounded run must end
// without a trap. Built by `make fuzz` alone: such a program has no `main` of its own.

import OutageEngine
import OutageKit
import OutageReport
import OutageSyntax

/// Turns of the host's question, after which a run has lasted long enough.
private let patience = 400

@c(LLVMFuzzerTestOneInput)
public func fuzzOne(_ bytes: UnsafePointer<UInt8>?, _ count: CInt) -> CInt {
  let text = Array(UnsafeBufferPointer(start: bytes, count: Int(count)))
  let source = Source(name: "fuzz", text: text) { path, _ in
    path == "again" ? .success(LoadedFile(name: "again", text: text)) : .failure(LoadError("no such file"))
  }
  let renderer = DiagnosticRenderer(files: source.files, color: false)
  for diagnostic in source.diagnostics.prefix(3) { _ = renderer.render(diagnostic) }
  guard source.program != nil else { return 0 }
  tryRun(source)
  return 0
}

private func tryRun(_ source: Source) {
  var options = RunOptions()
  options.budgets = Budgets(events: 3000, memory: 32 << 20)
  var asked = 0
  options.halt = { _, _ in
    asked += 1
    return asked > patience ? .timeIsUp(limit: "the fuzzer's") : .goOn
  }
  guard let result = try? source.run(options) else { return }
  _ = renderJSON(result)
  _ = TextReport(width: 80, color: false, unicode: true).render(result)
}
