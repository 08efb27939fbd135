import OutageModel
import OutageSemantics
import OutageSyntax

/// The host's functions in the order in which the script declares them.
func hostFunctions(_ program: CheckedProgram, _ given: [HostFunction]) throws(CompileFailure) -> [HostFunction] {
  var functions: [HostFunction] = []
  for external in program.externals {
    guard let function = given.first(where: { $0.name == external.name }) else {
      throw CompileFailure(
        "E0507", "the program that runs this script gives no function '\(external.name)'", external.span,
        help: given.isEmpty
          ? "a script with `extern fn` runs inside the program that it was written for"
          : "it gives: " + given.map(\.signature).joined(separator: ", "))
    }
    guard function.parameters == external.parameters.map({ kind($0.type) }), function.result == kind(external.result)
    else {
      throw CompileFailure(
        "E0508", "the function that the program gives has other kinds", external.span,
        help: "it is: " + function.signature)
    }
    functions.append(function)
  }
  return functions
}

private func kind(_ type: Type) -> HostKind {
  switch type {
  case .truth: .truth
  case .number: .number
  case .duration: .duration
  case .rate: .rate
  case .time: .time
  default: .count
  }
}
