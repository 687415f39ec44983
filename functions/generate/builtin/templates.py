"""The vocabulary of orders: what people say when they want something changed.

An action stands at the margin, its templates below it. A template must fit a whole clause.
`{x}` is the object, `{y}` and `{z}` other ones, `{n}` a new name, `{i}` an image, `{v}` a value,
`{c}` a command, `{s}` a signal, `{f}` a file, `{r}` a description of a new container; `<a>` and
the like are the parts below. Where several fit, the first does.
"""

from types import MappingProxyType

PARTS = MappingProxyType(
    {
        "a": "(a |an |the |another )?(new )?",
        "quick": "(quick |good |gentle |little |swift |clean |graceful )?",
        "needs": "(needs|need|could use|requires|wants|deserves)",
        "must": "(needs to be|should be|must be|has to be)",
        "host": "(the|this|that|our) (host|machine|server|box|system)",
        "done": "(exit|finish|stop|end|complete|terminate|die|quit)(s|es)?",
        "over": "(exited|finished|stopped|done|ended|complete|completed|over)",
        "set": "(set|raise|increase|lower|reduce|change|update|bump|adjust|decrease|double|put)",
        "cap": "(limit|cap|restrict|throttle|constrain)",
        "what": "(?P<what>memory swap|memory|ram|mem|cpu shares|cpus?|pids?|process(es)?|swap)",
        "limit": "( limits?| quota| cap| reservation| usage| use| allowance| ceiling| count)?",
        "most": "(at most |up to |no more than |max |maximum |a maximum of |only )?",
        "amounts": "( each| at most| max| only)*",
        "using": "(use|have|get|take|consume|eat)",
        "amount": (
            r"(?P<v>([\d.]+ ?|half an? |an? |one |two |three |four )\w+"
            "( of)?( memory| ram| cores?)?)"
        ),
        "net": "(the )?(network )?{y}( network)?",
        "off": "(the )?(network )?{z}( network)?",
        "driver": "((?P<driver>bridge|overlay|macvlan|internal) )",
        "called": "(called |named |with the name |by the name of )?",
        "signal": r"(?P<s>(signal )?(sig\w+|hup|usr1|usr2|int|term|quit)( signal)?|signal \d+)",
        "restart": "(?P<v>restart( automatically)? (always|unless stopped|on failure))",
        "policy": "(restart[ -]policy)",
        "picture": "(image|snapshot|picture|copy)",
        "and": "( ,)?( and)?",
        "it": "(it|that|the image)",
        "off_of": "(from|off|off of|out of)",
        "onto_any": "(to|on|onto|into|in|with)",
        "onto": "(on |in |onto |part of |(connected|attached|added|joined) to |put on(to)? )",
        "on_feet": "on (its|their) feet",
        "should": "(should|shall|must|has to|have to|needs to|need to|ought to|is to|are to)",
        "comes_back": (
            "(always |be )*(restart|restarted|come back|start|come up|started)( again| up)?"
            "( by (itself|themselves)| on (its|their) own| automatically)+( again)?"
        ),
        "crash": "(crash|crashes|failure|failures|error|errors)",
        "return": "(restart|come back|be restarted|start again)",
        "returns": "(comes?|restarts?|starts?)( back| up| again)*",
        "every": "(a |an |every |each |any |the )",
        "itself": "( by (itself|themselves)| on (its|their) own| automatically)",
        "stopped_by": (
            "unless (i|we|you|someone|somebody|anybody|anyone|they|a person|the operator) "
            "(stop|stops) (it|them)( .*)?"
        ),
    }
)
"""What several templates have in common."""

TEMPLATES = r"""
restart_never
    (stop|prevent) {x} from (coming back|restarting|starting again)( .*)?
start
    (kick|set) off {x}
pause
    (put|send|lay) {x} to (sleep|bed)
    {x} (may|can|should|must) (go to sleep|sleep|rest|pause|be paused)
stop
    (cancel|retire) {x}
signal
    (?P<s>sig(term|hup|int|kill|quit|usr1|usr2|winch|stop|cont)) {x}
    (reload|hup|poke|nudge|hit|tickle|kick|interrupt) {x} (with|by|via|using) <a><signal>
restart
    (roll|do a rolling restart of) {x}
    (restart|re-start|reboot|bounce|recycle|relaunch|respawn|kick) {x}
    power cycle {x}
    (cycle|power-cycle|powercycle) {x}
    (turn|switch) {x} off and (then )?(back )?on( again)?
    (turn|switch) off and (then )?(back )?on( again)? {x}
    (hit|treat) {x} (with|to) a <quick>(restart|reboot|kick|bounce)
    give {x} a <quick>(restart|kick|bounce|reboot|fresh start)
    (do|trigger|perform|issue|execute|make|get|have|see) a <quick>(restart|reboot) (of|for|on) {x}
    {x} <needs> a <quick>(restart|reboot|bounce|kick)
    {x} <needs> (restarting|rebooting|to be restarted|to be rebooted)
    {x} <must> (restarted|rebooted)
    have {x} restarted
    get {x} restarted
stop
    (stop|halt|shutdown|cease|terminate|end|abort|quit|deactivate|disable) {x}
    (shut|turn|switch|power|spin|wind|close) (down|off) {x}
    (shut|turn|switch|power|spin|wind) {x} (down|off)
down
    (take|bring|tear|put|pull) {x} (down|offline)
    (take|bring|tear|pull) (down|offline) {x}
stop
    cease (the )?(execution|running|operation|operations) of {x}
    cease (running|executing|operating) {x}
    (stop|halt|end|terminate|abort) (the )?(execution|running) of {x}
    (stop|halt|end) running {x}
    (stop|prevent) {x} from running
    put an end to {x}
    bring {x} to a (halt|stop|standstill)
    take {x} (off the air|out of service|off line)( but do not kill (it|them))?
    (have|get) {x} (stopped|shut down)
    {x} <must> (stopped|shut down|halted|turned off)
    {x} (should|must|has to|needs to) (stop|shut down)
start
    (start|boot|launch|activate|enable) {x}
    (fire|spin|bring|power|boot|start|crank|light) up {x}
    (turn|switch|power) on {x}
    (bring|spin|fire|start|boot|power) {x} (back )?(up|online|on line|to life)( again)?
    (bring|put|get) {x} back( <on_feet>| up| online| to life| to work| in service)?( again)?
    bring back {x}
    (turn|switch|power|put) {x} (back )?on( again)?
    get {x} (back )?(up and running|up|running|going|started)( again)?
    (have|get) {x} started
    start {x} (back )?(up|again)( again)?
    {x} <must> (started|running|up|turned on|back up)
    {x} (should|must|has to|needs to) (start|run|be running)
wake
    (rerun|re-run) {x}
    run (the|our|my|this|that) {x}
    run {x} (again|once more)
    wake {x} up
    wake (up )?{x}
pause
    (pause|freeze|suspend) {x}
    (hold|put) {x} on (hold|ice|pause)
    put (on hold|on pause|on ice) {x}
    (halt|stop) {x} temporarily
    temporarily (pause|freeze|suspend|halt|stop) {x}
unpause
    (unpause|un-pause|resume|unfreeze|unsuspend|thaw|continue) {x}
    (carry on|go on|continue|proceed) with {x}
    let {x} (continue|resume|go on|carry on|run|proceed)( .*)?
    take {x} off (hold|pause|ice)
kill
    (kill|sigkill|force-stop|force-kill|zap) {x}
    (force|hard) (stop|kill) {x}
    kill {x} (hard|forcefully|by force|the hard way|outright|dead|right away)
    (forcefully|forcibly|brutally) (stop|kill|terminate|end|shut down) {x}
    force {x} to (stop|quit|exit|terminate|shut down)
    (stop|terminate|end) {x} (forcefully|forcibly|by force|the hard way|hard)
    pull the plug on {x}
signal
    (send|deliver|issue) (a |an |the )?{s} to {x}
    (send|give) {x} (a |an |the )?<signal>
    signal {x} with {s}
restart
    turning {x} off and (back )?on( again)?( .*)?
pause
    hold {x}( still)?
rm
    {x} (is|are) (no longer|not) (needed|required|in use|used|wanted)( any ?more)?
    (clean|clear|tidy|throw|wipe) {x} up
    (remove|delete|rm|rmi|drop|destroy|erase|discard|trash|nuke|wipe|purge|eliminate|del) {x}
    (scrap|obliterate|bin|ditch|axe|lose) {x}
    (sweep|clear|clean|throw|wipe) (away|up|out|off) {x}
    do away with {x}
    get rid of {x}
    dispose of {x}
    (throw|clear|clean|wipe|toss|chuck) (away|out|up) {x}
    (throw|clear|toss|chuck) {x} (away|out)
    get {x} (off|out of) <host>
    (take|strip|kick) {x} off <host>
    make {x} (disappear|go away)
    force (remove|delete) {x}
    force-(remove|delete) {x}
    (forcefully|forcibly) (remove|delete) {x}
    {x} can (go|be removed|be deleted)
    we (do not|no longer) need {x}( any ?more| anymore)?( ?, remove (it|them))?
prune
    prune {x}
    (run|do|perform|execute) <a>(docker )?(?P<x>system|image|volume|network|container) prune
    prune
    (clean|tidy)( up)? {x}
    (reclaim|free|free up|recover|clear|release|get back|save) {x}
    (reclaim|free|recover) (up )?(the )?(disk )?(space|storage)( .*)?
rename
    rename {x} (to|as|into|=>|->) {n}
    (change|set) the name of {x} (to|into|from \S+ to) {n}
    (change|set) {x} name to {n}
    give {x} (the|a) (new )?name {n}
    call {x} {n} (from now on|instead|in future)
    {x} (should|shall|must) be (called|named|renamed( to)?) {n}
wait
    (wait|block|hold on) (for|until|till) {x} (to )?<done>( .*)?
    (wait|block|hold on) (for|until|till) {x} (to be |is |are )(done|finished|over)( .*)?
    (wait|block) (for|until|till) {x} (has|have|is|are) <over>( .*)?
    wait (for|on) {x}
update
    <cap> {x} (to|at|with) {v}
    <cap> (the )?<what><limit> (of|for|on) {x} (to|at) {v}
    <cap> {x} <what><limit> (to|at) {v}
    <set> (the )?<what><limit> (of|for|on) {x} (to|at|up to|down to) {v}
    <set> {x} <what><limit> (to|up to|down to) {v}
    give {x} <most><amount><amounts>
    (update|set|change|put|bump|raise|lower) {x} (to|at) <most><amount><amounts>
    (?:keep) {x} (under|below|at|within) <most><amount><amounts>
    {x} <should> not <using> more than <amount><amounts>
    {x}( ,)? (the )?<what><limit>( to| of| at)? (?P<v>[\d.]+ ?\w+)
    (reserve|allocate|allot|grant|allow) <most><amount> (for|to) {x}
    allow {x} (to <using> )?<most><amount><amounts>
    let {x} <using> <most><amount><amounts>
    {x} (may|can|should|must|shall|is allowed to) (only )?<using> <most><amount><amounts>
    {x} (may|can|should|must|shall) not <using> more than <amount><amounts>
update_vague
    <set> (the )?<what><limit> (of|for|on) {x}
    <cap> (the )?<what><limit> (of|for|on) {x}
    give {x} (more|less) (memory|ram|cpu|cpus|cores)
restart_policy
    (set|change|update|switch|make) (the )?<policy> (of|for|on) {x} to {v}
    (set|change|update|switch) {x} <policy> to {v}
    <policy>( is| to| of|=)? (?P<v>no|always|never|unless-stopped|on-failure)
    (set|update|make|have|let) {x} (to )?(?P<v>(always|never|not) restart)( automatically)?
    (set|update|make|have|let) {x} (to )?<restart>
    (make|have|let) {x} <comes_back> <stopped_by>
    {x} <should> <comes_back> <stopped_by>
restart_always
    {x} <should> always (restart|come back|be restarted)<itself>*
    (make|have|let) {x} <comes_back>
    {x} <should> <comes_back>
    {x} <should> <return> after <every><crash> (or|and) <every>?reboots?
restart_on_failure
    ((make|have|let) )?{x} <returns><itself>? (after|on|upon) <every>?<crash>
    {x} <should> <return><itself>? (after|on|upon) <every>?<crash>
restart_never
    {x} <should> (not|never|no longer) (be restarted|restart|come back|start)( again)?<itself>( .*)?
    (do not|never) (let|have) {x} (restart|come back)( again)?<itself>( .*)?
ports
    (expose|publish|map|forward|open) {x} (on|to|at|through) .*port.*
    (expose|publish|map|forward|open|change|set) <a>port.* (of|for|on|in|to) {x}( to \d+)?
connect
    (connect|attach|join|add|hook|plug|put|link|wire|bring) {x} (up )?<onto_any> <net>
    {x} <should> (also )?(be|join|get) (also )?<onto>?<net>
    {x} (needs|wants|requires) access to (the )?{y} network
    make {x} (reachable|available|accessible|visible) (from|on|in|to) <net>
disconnect
    {x} (out of|off) (the )?{y} network
    (disconnect|detach|remove|unplug|take|unhook|pull|cut|drop|kick|throw) {x} <off_of> <net>
move
    move {x} (to|onto|into) <net> and off <off>
    move {x} (off|from|out of) <off> (to|onto|into|and onto) <net>
net_create
    (create|make|add|set up) <a><driver>?network <called>{n} with <a>subnet( of)? (?P<subnet>\S+)
    (create|make|add|set up) <a><driver>?network <called>{n}
    (create|make|add) <a>network
vol_create
    (create|make|add|set up) <a>(local )?volume <called>{n}
    (create|make|add) <a>volume
pull
    (pull|download) {i}( from .*)?
    (fetch|grab|get) (me |us )?{i} from (the |our |docker )?(registry|hub|docker hub)
    (fetch|grab) (me )?(the )?(new |newest |latest )?(image )?(?P<i>\S+:\S+)( image)?
    (get|bring|fetch|grab|pull|load) (me |us )?(the )?{i} image( here| down)?
    (get|bring|fetch|grab|pull|load) (me |us )?(the )?{i}( image)? (onto|to|on|down to) <host>
push
    (push|upload|publish) (the )?(image )?{i}( image)?( to (the |its |our )?registry)?
tag
    (tag|retag) (the )?(image )?{i} (as|to|with|=>|->) {n}
    (tag|retag) (?P<i>it|that|\S+[:/]\S+) (?P<n>\S+)
    (add|give|put) (the )?tag {n} (to|on) (the )?(image )?{i}
commit
    (commit|snapshot|save|freeze) (the )?(state of )?{x} (as|to|into) <a>(image )?<called>{n}
    (make|create|take) <a>(image|snapshot) <called>(?P<n>\S+) (from|of|out of) {x}
    (make|create|take) <a><picture> (from|of|out of) {x} (called|named|as) {n}
    (make|create|take) <a><picture> (from|of|out of) {x}<and> (call|name) <it> {n}
    (commit|snapshot) {x}<and> (call|name) <it> {n}
image_save
    (save) (the )?(image )?{i} (to|as|into) (the )?(file )?(?P<f>\S+\.tar(\.gz)?)
image_save
    export (the )?image {i} (to|as|into) (the )?(file )?(?P<f>\S+\.tar(\.gz)?)
export
    (export) (the )?(file ?system of )?{x} (to|as|into) (the )?(file )?(?P<f>\S+\.tar(\.gz)?)
incomplete
    <cap> {x}
    (move|reload) {x}( (to|onto|into|from|off) .*)?
    (update|upgrade|change|modify|configure|adjust|reconfigure|fix|repair|tune|edit) {x}
    (rename|connect|attach|join|disconnect|detach|tag) {x}
    <set> (the )?<what><limit>
    <cap> (the )?<what><limit>
stop
    (have|make) {x} stop
start
    (have|make) {x} start
restart
    (have|make) {x} restart
pause
    (have|make) {x} pause
exec
    (ask|tell|have|let|make|get) {x}( ,)? (to )?(run|execute) {c}
    (?:inside|in|within|on) (of )?{x}( ,)? (run|execute|exec) (the command )?:? ?{c}
    (run|execute|exec|launch|start) (the command )?{c} (inside|in|within|on) (of )?{x}
    (exec|run|execute) (in|into|inside|on) {x} (the command )?{c}
run
    (run|start|launch|deploy|create|make|(spin|fire|bring|set) up) (a|an|another|one) {r}
    (run|deploy) {r}
    (start|launch|create) (new|fresh) {r}
"""
"""Each action with its templates, the likelier ones first."""
