"""German."""

SIGNS = """
bitte zeige? zeig liste starte stoppe stopp beende halte? fahre? fahr lösche? lösch entferne?
pausiere? der die das den dem des ein eine einen einem einer alle allen alles welche welcher
welches warum wieso weshalb wie wer was wo ist sind läuft laufen und oder dann danach mir uns von
vom zum zur mit auf aus im letzten letzte zeilen neu neustarten friere nimm setze gib gibt schalte
hole lade benenne verbinde trenne töte räume räum erstelle lege schreibe? wetter baue? untersuche
benutzt verbraucht außer nicht kein keine noch mal wird werden hängt für kannst könntest bist
starten stoppen löschen entfernen anhalten anzeigen beenden neustart verfolge folge begrenze
beschränke mach mache zuerst erst zunächst bring wirf weg begrenz führe soll darf kann
"""

TABLE = r"""
bitte => please
(?:wenn|falls|sofern|sobald) => if
(?:soll|darf|kann|könnte|sollte|muss|dürfte|soll(?:t)?en|können|dürfen|müssen) (?:ich|man|
wir) => may i
(?:kann|könnte|darf|soll|sollte) <x> (?P<v>gelöscht|entfernt) werden => can \g<x> be removed
(?:kann|könnte|darf|soll|sollte) <x> (?P<v>gestoppt|beendet|
angehalten) werden => can \g<x> be stopped
(?:kann|könnte|darf|soll|sollte) <x> (?:neu )?gestartet werden => can \g<x> be restarted
nicht (?:mehr )?(?:ganz )?gesund(?:e[nrs]?)? => unhealthy
(?:wird|werden) nicht mehr (?:gebraucht|benötigt|verwendet|benutzt) => is no longer needed
(?:ständig|dauernd|pausenlos|andauernd|immer wieder|immerzu) => constantly
(?:startet|starten) <x> neu(?= |$) => \g<x> restarts
(?P<v>[\w.]+)-(?:logs?|protokolle?)(?:datei)? => logs of \g<v>
(?:hat|macht|bereitet) (?:ein )?problem[e]? => is broken
(?:hängt|klemmt|spinnt|zickt|lahmt)(?: sich auf| rum| herum)? => is stuck
(?:antwortet|antworten|reagiert|reagieren|geht|funktioniert) nicht(?: mehr)? => is broken
(?:ist|sind) (?:abgestürzt|abgeschmiert|kaputt|tot|weg) => is broken
(?:zuerst|zunächst|erst(?:mal|einmal)?)(?! nach) => please
(?:und |, )*(?:gib|gebt|lass) (?:ihm|ihr|ihnen|dem|der) (?:noch |dabei |bis zu )*(?P<n>\d+) ?(?:s|
sek|sekunden)(?: zeit)? => and give it \g<n> seconds
(?:und |, )*(?:gib|gebt|lass) (?:ihm|ihr|ihnen|dem|der) (?:noch |dabei |
bis zu )*(?P<n>\d+) ?(?:min|minuten?)(?: zeit)? => and give it \g<n> minutes
(?:mit|innerhalb von|binnen) (?:einem? )?(?:timeout|frist|wartezeit)?(?: von )?(?P<n>\d+) ?(?:s|
sek|sekunden)(?: (?:timeout|frist|wartezeit))? => with a timeout of \g<n> seconds
(?:begrenze?|beschränke?|limitiere?|deckele?) <x> auf => limit \g<x> to
(?:setze?|stelle?|ändere?) (?:das |den |die )?(?:speicher-?limit|speichergrenze|speicher|
arbeitsspeicher) (?:von|für|des|der) <x> auf => set the memory limit of \g<x> to
(?:aber|jedoch) (?:nicht|ohne) => but not
(?:verfolge?|folge?) => follow
(?:setze?|ändere?|stelle?) <x> auf (?P<y>\S+)$ => set \g<x> to \g<y>
wirf <x> (?:weg|raus) => remove \g<x>
schmei(?:ß|ss)e? <x> (?:weg|raus) => remove \g<x>
mache? <x> aus(?= |$) => stop \g<x>
mache? <x> an(?= |$) => start \g<x>
bring(?:e)? <x> wieder (?:hoch|online|zum laufen|rauf) => start \g<x>
weck(?:e)? <x> (?:wieder )?auf => unpause \g<x>
führe? (?P<c>.+?) in <x> aus(?= |$) => run \g<c> in \g<x>
warte(?: bitte)?(?: so lange)?,? bis => wait until
(?:fertig|durch) (?:ist|sind) => is finished
umgebungsvariablen => environment variables
(?:ip-?adresse|ip adresse) => ip address
(?:exit-?code|rückgabewert|beendigungscode) => exit code
(?:neustart-?richtlinie|restart-?policy|neustartregel) => restart policy
(?:neustarts|neu gestartet) => restarts
(?:frisst|fressen|verschlingt|schluckt|zieht|ziehen) => uses
(?:am )?meisten? => most
(?:horcht|lauscht|hört) auf => listens on
(?:zwei) => two
(?:drei) => three
(?:alles) => everything
(?:schon wieder|noch immer|immer noch|noch|schon|denn|eigentlich|überhaupt|aktuell|derzeit|
momentan|im moment|zur zeit|nun|kurz|einmal|endlich) => please
(?:seit|von) gestern => since yesterday
(?:fehlermeldungen|fehler) => errors
und (?P<v>\w+) (?P<x>sie |ihn |es )?(?:danach|dann|anschließend) => und dann \g<v> \g<x>
(?:wetter) => weather
(?:schreibe?|schreib) => write
(?:gedicht) => poem
(?:passwort|kennwort) => password
baue? => build
buche? => book
schicke?|sende => send
(?:könntest|kannst|würdest|können|könnten) (?:du|sie)(?: mal)? => please
(?:ich möchte|ich will|ich würde gerne?|wir müssen|wir sollten) => please
starte? <x> (?:bitte )?(?:neu|erneut)(?= |$) => restart \g<x>
(?<=, )(?:please )*(?:neu starten|neustarten|durchstarten)$ => restart it
<x> (?:neu starten|neustarten|durchstarten)(?= |$) => restart \g<x>
fahre? <x> (?:wieder )?(?:hoch|rauf)(?= |$) => start \g<x>
fahre? <x> (?:herunter|runter)(?= |$) => stop \g<x>
halte? <x> an(?= |$) => stop \g<x>
schalte? <x> (?:aus|ab)(?= |$) => stop \g<x>
schalte? <x> (?:wieder )?(?:ein|an)(?= |$) => start \g<x>
friere? <x> ein(?= |$) => pause \g<x>
setze? <x> fort(?= |$) => unpause \g<x>
lass <x> weiterlaufen(?= |$) => unpause \g<x>
benenne? <x> (?:in|zu|nach) (?P<y>\S+) um(?= |$) => rename \g<x> to \g<y>
lade? <x> herunter(?= |$) => pull \g<x>
räume? <x> auf(?= |$) => clean up \g<x>
<x> (?:stoppen|anhalten|beenden|herunterfahren) => stop \g<x>
<x> (?:starten|hochfahren) => start \g<x>
<x> (?:löschen|entfernen) => remove \g<x>
<x> (?:pausieren|einfrieren) => pause \g<x>
<x> (?:anzeigen|auflisten) => show \g<x>
starte? => start
(?:stoppe?|beende|stopp) => stop
(?:lösche?|entferne?|lösch|entfern) => remove
(?:pausiere?) => pause
(?:töte|kille) => kill
(?:verbinde) => connect
(?:trenne) => disconnect
(?:hole?|ziehe?) => pull
(?:zeige?|gib|nenne?|liste?) (?:mir|uns)? => show
(?:zeige?|liste?|nenne?) => show
(?:erstelle?|lege?) => create
(?:untersuche|inspiziere) => inspect
warte(?:,)? bis => wait until
(?:die )?letzten? (?P<n>\d+) (?:log-?)?(?:zeilen|einträge) => last \g<n> lines
(?P<n>\d+) zeilen => \g<n> lines
(?:seit|der|in den|aus den) letzten (?P<n>\d+) minuten => from the last \g<n> minutes
(?:seit|der|in den|aus den) letzten (?P<n>\d+) stunden => from the last \g<n> hours
(?:aus |in |seit )?der letzten stunde => from the last hour
(?:seit|vor) (?P<n>\d+) minuten => since \g<n> minutes ago
(?:seit|vor) (?P<n>\d+) stunden => since \g<n> hours ago
auch (?:die )?(?:gestoppten?|beendeten?) => including stopped
(?:inklusive|einschließlich|samt) (?:der )?(?:gestoppten?|beendeten?) => including stopped
(?:wie viel|wieviel) => how much
wie viele => how many
(?:wie lange) => how long
(?:wie geht es|was macht) => how is
(?:welche[rsn]?) => which
(?:warum|wieso|weshalb) => why
wer => who
was => what
wie => how
wo => where
(?:arbeitsspeicher|hauptspeicher|speicherverbrauch|speicher) => memory
(?:prozessor|cpu-?auslastung|auslastung) => cpu
(?:speicherplatz|plattenplatz|festplattenplatz) => disk space
(?:verbrauchen|verbraucht|braucht|benutzt|benutzen|nutzt|nutzen|verwendet|verwenden|belegt) => uses
(?:läuft|laufen|laufenden?[nrs]?) => running
(?:gestoppten?[rs]?|gestoppt|angehaltenen?) => stopped
(?:beendeten?[rs]?|beendet) => exited
(?:pausierten?[rs]?|pausiert) => paused
(?:ungesunden?[rs]?|ungesund|krank) => unhealthy
(?:gesunden?[rs]?|gesund) => healthy
(?:abgestürzten?|abgestürzt) => crashed
(?:ungenutzten?|unbenutzten?|nicht (?:mehr )?(?:benötigten?|verwendeten?|genutzten?)) => unused
(?:verwaisten?|hängenden?) => dangling
(?:allen?[rs]?|sämtlichen?) => all
(?:beiden?) => both
(?:außer|ausser|bis auf|ohne) => except
(?:datenbanken) => databases
(?:datenbank(?:-?container)?s?) => database
(?:zwischenspeicher) => cache
(?:netzwerke|netze) => networks
(?:netzwerke?s?|netz) => network
(?:volumes) => volumes
(?:abbilder|images) => images
(?:abbild|image) => image
(?:dienste) => services
(?:dienst(?:es)?) => service
(?:projekte?s?) => project
(?:protokolle?|log-?ausgaben?|ausgabe|logdatei(?:en)?) => logs
(?:prozesse) => processes
(?:container-?liste) => containers
(?P<x>[\w.]+)-containers? => \g<x> container
(?P<x>[\w.]+)-(?:dienst|service|server|prozess)(?:es|s|e)? => \g<x> service
(?:zustand) => status
(?:mb|megabyte) => MB
(?:gb|gigabyte) => GB
sekunden => seconds
minuten => minutes
(?:einzelheiten|details) => details
(?:rechner|server|wirt|host)(?:s)? (?P<x>neu)? => server
(?:namens|mit dem namen|genannt) => called
(?:und dann|und danach|danach|anschließend|dann) => then
und => and
oder => or
(?:wieder|nochmal|noch mal|erneut|mal|doch|jetzt|gerade|sofort|bitte|schnell) => please
des => of the
(?:der|die|das|den|dem) => the
(?:eine[nmrs]?|ein) => a
(?:mir|uns) => me
(?:sind|gibt es|es gibt|haben wir) => are
(?:ist|wird|wurde) => is
hat => has
(?:von|vom|aus) => from
(?:im|in der|in dem|in) => in
(?:mit) => with
(?:auf|an|am) => on
(?:zum|zur|zu) => to
(?:für) => for
(?:es|ihn|sie) => it
(?:seine?|ihre?) => its
(?:auch) => please
ports => ports
"""
