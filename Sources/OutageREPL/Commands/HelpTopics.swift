/// Statements, items and properties of the language, for `:help`: what each does, in a line, and an example that parses.
package enum HelpTopics {
  package struct Topic {
    package var name: String
    package var summary: String
    package var example: String
  }

  static let statements = [
    Topic(name: "let", summary: "names a value for the rest of the block", example: "let mine = 3"),
    Topic(
      name: "call", summary: "sends a request and waits for the answer",
      example: "call db timeout 1s retry 3 backoff 100ms"),
    Topic(name: "send", summary: "sends a request and goes on", example: "send db"),
    Topic(name: "wait", summary: "lets time pass, or waits until a condition holds", example: "wait 30s"),
    Topic(name: "work", summary: "keeps the server busy; in a process or load a delay", example: "work exp(5ms)"),
    Topic(name: "return", summary: "answers the request; elsewhere ends the body", example: "return"),
    Topic(name: "fail", summary: "fails the request", example: "fail \"no capacity\""),
    Topic(name: "log", summary: "writes a line into the story", example: "log \"backlog {queue.length}\""),
    Topic(name: "if", summary: "does one block or the other", example: "if true { log \"yes\" } else { log \"no\" }"),
    Topic(
      name: "for", summary: "runs a block for each item of a list that is taken in one step",
      example: "for k in 0..3 { wait 1s }"),
    Topic(name: "repeat", summary: "runs a block n times", example: "repeat 3 { wait 1s }"),
    Topic(name: "loop", summary: "runs a block for ever", example: "loop { wait 10s }"),
    Topic(name: "while", summary: "runs a block as long as a condition holds", example: "while true { wait 10s }"),
    Topic(name: "atomic", summary: "makes one step of many statements", example: "atomic { wait 1s }"),
    Topic(
      name: "either", summary: "takes one of the branches that are open", example: "either { wait 1s } or { wait 2s }"),
    Topic(
      name: "stall", summary: "freezes an element, at once or at a labelled step",
      example: "stall enactor[0] at apply for 8m"),
    Topic(name: "crash", summary: "crashes elements: queues and work in hand vanish", example: "crash db"),
    Topic(name: "restart", summary: "starts crashed elements again", example: "restart db"),
    Topic(name: "slow", summary: "makes work take a factor longer", example: "slow db by 10 for 5m"),
    Topic(name: "cut", summary: "loses every message between two nodes", example: "cut web from db"),
    Topic(name: "drop", summary: "loses a share of the messages", example: "drop 5% of web to db"),
    Topic(name: "heal", summary: "ends cuts, drops, stalls and slowness", example: "heal"),
    Topic(name: "follow", summary: "fixes the order of steps", example: "follow planner, enactor[0]"),
  ]

  static let nodes = [
    Topic(name: "var", summary: "a shared variable", example: "var x = 0"),
    Topic(name: "plans", summary: "a versioned store of DNS plans", example: "plans regional"),
    Topic(name: "dns", summary: "a record that points at a plan", example: "dns endpoint of regional { ttl 1m }"),
    Topic(name: "queue", summary: "a queue between processes", example: "queue jobs { capacity 100 }"),
    Topic(
      name: "lease", summary: "ownership with an expiry, renewed or taken", example: "lease host[100] { lasts 5m }"),
    Topic(
      name: "service", summary: "a pool of servers with a queue and handlers",
      example: "service db { servers 4; work exp(5ms) }"),
    Topic(
      name: "balancer", summary: "routing and health checks over a service",
      example: "balancer lb over web { check every 10s }"),
    Topic(name: "load", summary: "requests from outside, open or closed", example: "load users rate 50/s { call db }"),
    Topic(
      name: "process", summary: "sequential code that runs beside the others",
      example: "process p { loop { wait 10s } }"),
  ]

  static let items = [
    Topic(name: "clock", summary: "start, length and tick of the scenario", example: "clock 23:30 for 16h tick 1s"),
    Topic(name: "param", summary: "a value that a run may set", example: "param fix: none | cas = none"),
    Topic(name: "variant", summary: "a named setting of parameters", example: "variant \"fixed\" { fix = cas }"),
    Topic(name: "fn", summary: "a pure function", example: "fn twice(x) = 2 * x"),
    Topic(
      name: "policy", summary: "options of calls under a name", example: "policy patient { timeout 30s retry forever }"),
    Topic(name: "measure", summary: "what monitoring sees: a value sampled at ticks", example: "measure load = 3"),
    Topic(name: "plot", summary: "what a report charts", example: "plot db.queue.length"),
    Topic(
      name: "over", summary: "what something came to in the time before the last tick",
      example: "measure recent = db.failed over 5m"),
    Topic(name: "at", summary: "what operators do at a time", example: "at 02:05 { crash db }"),
    Topic(name: "every", summary: "what operators do again and again", example: "every 5m { log \"tick\" }"),
    Topic(
      name: "when", summary: "what operators do when a condition has held",
      example: "when db.queue.length > 100 for 1m { log \"backlog\" }"),
  ]

  static let properties = [
    Topic(name: "never", summary: "must not be true at any time", example: "never \"empty\" { x < 0 }"),
    Topic(
      name: "always", summary: "must be true at all times",
      example: "always \"served\" from 02:30 until 04:14 { x == 0 }"),
    Topic(
      name: "eventually", summary: "must come true in time",
      example: "eventually \"back\" within 30m of 02:40 { x == 0 }"),
    Topic(
      name: "expect", summary: "false shortly before a time, true shortly after",
      example: "expect \"back\" at 05:28 within 20m { x == 0 }"),
    Topic(
      name: "recoverable", summary: "from every reachable state a path leads back",
      example: "recoverable \"mends\" { x == 0 }"),
    Topic(name: "sometimes", summary: "the interesting place is reached", example: "sometimes \"raced\" { x == 1 }"),
  ]

  static let sections: [(title: String, topics: [Topic])] = [
    ("statements", statements), ("nodes", nodes), ("items", items), ("properties", properties),
  ]

  package static var all: [Topic] { sections.flatMap(\.topics) }
}
