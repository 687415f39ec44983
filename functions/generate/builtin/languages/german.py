"""German."""

SIGNS = """
bitte zeige? zeig liste starte? start? stoppe? stopp beende halte? fahre? lösche? lösch
entferne? pausiere? der die das den dem des ein eine einen einem alle allen welche welcher
welches warum wieso weshalb wie wer was ist sind läuft laufen und dann danach mir von vom zum
zur mit auf aus im letzten letzte zeilen neu neustarten friere nimm setze gib schalte hole lade
benenne verbinde trenne töte räume erstelle lege logs? container status schreibe? wetter baue?
untersuche benutzt verbraucht außer
"""

TABLE = r"""
bitte => please
und (?P<v>\w+) (?P<x>sie |ihn |es )?(?:danach|dann|anschließend) => und dann \g<v> \g<x>
(?:wetter) => weather
(?:schreibe?|schreib) => write
(?:gedicht) => poem
(?:passwort|kennwort) => password
baue? => build
buche? => book
schicke?|sende => send
(?:könntest|kannst|würdest|können|könnten) (?:du|sie|wir)(?: mal)? => please
(?:ich möchte|ich will|ich würde gerne?|wir müssen|wir sollten) => please
starte? (?P<x>.+?) (?:bitte )?(?:neu|erneut)(?= |$) => restart \g<x>
(?P<x>.+?) (?:neu starten|neustarten|durchstarten)(?= |$) => restart \g<x>
fahre? (?P<x>.+?) (?:wieder )?(?:hoch|rauf)(?= |$) => start \g<x>
fahre? (?P<x>.+?) (?:herunter|runter)(?= |$) => stop \g<x>
halte? (?P<x>.+?) an(?= |$) => stop \g<x>
schalte? (?P<x>.+?) (?:aus|ab)(?= |$) => stop \g<x>
schalte? (?P<x>.+?) (?:wieder )?(?:ein|an)(?= |$) => start \g<x>
friere? (?P<x>.+?) ein(?= |$) => pause \g<x>
setze? (?P<x>.+?) fort(?= |$) => unpause \g<x>
lass (?P<x>.+?) weiterlaufen(?= |$) => unpause \g<x>
benenne? (?P<x>.+?) (?:in|zu|nach) (?P<y>\S+) um(?= |$) => rename \g<x> to \g<y>
lade? (?P<x>.+?) herunter(?= |$) => pull \g<x>
räume? (?P<x>.+?) auf(?= |$) => clean up \g<x>
(?P<x>.+?) (?:stoppen|anhalten|beenden|herunterfahren) => stop \g<x>
(?P<x>.+?) (?:starten|hochfahren) => start \g<x>
(?P<x>.+?) (?:löschen|entfernen) => remove \g<x>
(?P<x>.+?) (?:pausieren|einfrieren) => pause \g<x>
(?P<x>.+?) (?:anzeigen|auflisten) => show \g<x>
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
(?:zustand) => status
(?:einzelheiten|details) => details
(?:rechner|server|wirt|host)(?:s)? (?P<x>neu)? => server
(?:namens|mit dem namen|genannt) => called
(?:und dann|und danach|danach|anschließend|dann) => then
und => and
oder => or
(?:wieder|nochmal|noch mal|erneut|mal|doch|jetzt|gerade|sofort|bitte|schnell) => please
(?:der|die|das|den|dem|des) => the
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
ports => ports
"""
