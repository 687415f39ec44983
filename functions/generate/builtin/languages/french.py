"""French."""

SIGNS = """
redémarre redemarre redémarrer relance relancer arrête arrete arrêter stoppe démarre demarre
démarrer lance lancer supprime supprimer efface enlève montre montrer montre-moi affiche
afficher liste lister donne donne-moi s'il plaît plait quels quelles quel quelle pourquoi
combien qui où est sont le la les l un une des du de et puis ensuite tous toutes conteneur
conteneurs journaux dernières dernieres lignes pause reprends reprendre tue renomme connecte
déconnecte télécharge nettoie mets météo écris mot peux-tu pouvez-vous veuillez gèle stp svp
éteins puis-je peut-on dois-je faut-il suis suivre inspecte est-ce ne pas plus chaque tourne
tournent dans avec d'abord quoi
combien ce en laisse-lui limite limiter arrêtés mauvaise santé existent rallume
redémarre-le relance-le arrête-le supprime-le relance-la redémarre-la
"""

TABLE = r"""
s'il (?:te|vous) (?:plaît|plait) => please
^(?:si|quand|lorsque|dès que|au cas où) => if
(?:puis-je|peut-on|dois-je|pouvons-nous|on peut|devrais-je|faut-il|est-ce que (?:je peux|je dois|
on peut|on doit)) => may i
(?:stp|svp|merci(?: d'avance)?|bonjour|salut) => please
(?:en ce moment|actuellement|à l'instant|pour l'instant|tout de suite|juste|donc|aussi|encore|
toujours|bien|vite|enfin) => please
d'abord => please
(?:sans arrêt|sans cesse|tout le temps|constamment|en boucle|continuellement) => constantly
(?:rallume[rz]?|ravive[rz]?) => start
on n'utilise plus => we do not use
est-ce que => is
qu'est-ce qui => what
qu'est-ce que => what
(?:n'est pas|ne sont pas|n'est plus|ne sont plus|pas) (?:en bonne santé|sains?|saines?) => unhealthy
en mauvaise santé => unhealthy
en bonne santé => healthy
(?:ne (?:répond|répondent|marche|marchent|fonctionne|fonctionnent) (?:plus|pas)|est (?:planté|
bloqué|cassé|tombé)e?|a planté|rame|bugge) => is broken
(?:n'est plus|ne sont plus) (?:utilisé|nécessaire|utile)(?:e?s?) => is no longer needed
(?P<v>[a-zéèêà]{4,})-(?:le|la|les)(?= |$) => \g<v> it
(?:et |, )*(?:laisse|donne|accorde)[rz]?-(?:lui|leur) (?:jusqu'à )?(?P<n>\d+) ?(?:s|
secondes?)(?: .{0,20})? => and give it \g<n> seconds
(?:et |, )*(?:laisse|donne|accorde)[rz]?-(?:lui|leur) (?:jusqu'à )?(?P<n>\d+) ?(?:min|
minutes?)(?: .{0,20})? => and give it \g<n> minutes
avec (?:un )?(?:timeout|délai|delai) de (?P<n>\d+) secondes => with a timeout of \g<n> seconds
(?:renomme[rz]?) <x> (?:en|vers|comme) (?P<y>\S+) => rename \g<x> to \g<y>
(?:limite[rz]?|restreins|plafonne[rz]?) <x> à => limit \g<x> to
~(?<=\d) ?[mM]o\b => MB
~(?<=\d) ?[gG]o\b => GB
(?:suis|suivre|suivez) => follow
chaque => each
le plus(?: de)? => most
(?:existent|existe) => exist
(?:détails?) => details
(?:mais pas) => but not
(?:variables d'environnement) => environment variables
(?:code de (?:sortie|retour)) => exit code
(?:politique de redémarrage) => restart policy
(?:adresse ip) => ip address
(?:exécute[rz]?|lance[rz]? la commande) => run
attends? que <x> (?:soit terminée?|se termine|finisse|ait fini) => wait until \g<x> exits
remets? <x> en (?:marche|route|service) => start \g<x>
(?:y compris|même|ainsi que|et aussi) (?:les |ceux qui sont )?(?:arrêtée?s|stoppée?s|
éteints) => including stopped
(?:arrêtés|stoppés) (?:compris|inclus) => including stopped
(?:depuis hier) => since yesterday
(?:erreurs) => errors
(?:secondes) => seconds
(?P<v>[\w]+)-t-(?:il|elle|on) => \g<v>
mets? en pause => pause
(?:météo|temps qu'il fait) => weather
(?:écris|écrire|rédige) => write
poème => poem
mot de passe => password
(?:construis|construire|compile) => build
(?:envoie|envoyer) => send
~\bl'(?=\w) => the
~\bd'(?=\w) => of
(?:peux-tu|pouvez-vous|pourrais-tu|pourriez-vous|veuillez|merci de) => please
(?:je veux|je voudrais|j'aimerais|il faut) => please
(?:redémarre[rz]?|redemarre[rz]?|relance[rz]?) => restart
(?:arrête[rz]?|arrete[rz]?|stoppe[rz]?|éteins|éteindre|coupe[rz]?) => stop
(?:démarre[rz]?|demarre[rz]?|lance[rz]?|allume[rz]?) => start
(?:supprime[rz]?|efface[rz]?|enlève|enlever|retire[rz]?) => remove
mets? <x> en pause(?= |$) => pause \g<x>
(?:reprends|reprendre|reprenez|réactive[rz]?) => unpause
(?:gèle|geler|suspends|suspendre) => pause
(?:tue[rz]?) => kill
(?:renomme[rz]?) => rename
(?:connecte[rz]?) => connect
(?:déconnecte[rz]?) => disconnect
(?:télécharge[rz]?|récupère[rz]?) => pull
(?:nettoie|nettoyer|nettoyez) => clean up
(?:crée[rz]?|créer) => create
(?:inspecte[rz]?|examine[rz]?) => inspect
(?:attends|attendre) que => wait until
(?:montre-moi|montre[rz]?|affiche[rz]?|liste[rz]?) => show
(?:donne-moi|donne[rz]?|dis-moi) => show
(?:les )?(?P<n>\d+) (?:dernières|dernieres) lignes => last \g<n> lines
(?:les )?(?:dernières|dernieres) (?P<n>\d+) lignes => last \g<n> lines
(?P<n>\d+) lignes => \g<n> lines
(?:des|depuis les|sur les|dans les) (?P<n>\d+) dernières minutes => from the last \g<n> minutes
(?:des|depuis les|sur les|dans les) (?P<n>\d+) dernières heures => from the last \g<n> hours
(?:de|depuis|sur) la dernière heure => from the last hour
depuis (?P<n>\d+) minutes => since \g<n> minutes ago
depuis (?P<n>\d+) heures => since \g<n> hours ago
(?:y compris|même) (?:les |ceux qui sont )?(?:arrêtés|stoppés) => including stopped
pourquoi => why
combien d['e] ?(?=conteneurs|images) => how many
combien de => how much
combien => how many
(?:quels|quelles|quel|quelle) => which
(?:qu'est-ce qui|que|quoi) => what
qui => who
où => where
comment (?:va|se porte) => how is
(?:bases de données|bases de donnees) => databases
(?:base de données|base de donnees|bdd) => database
(?:espace disque) => disk space
(?:mémoire|memoire) => memory
processeur => cpu
conteneurs => containers
conteneur => container
images => images
réseaux => networks
(?:réseau|reseau) => network
volumes => volumes
services => services
serveur => server
projet => project
(?:proxy inverse|mandataire inverse) => reverse proxy
(?:hôte|hote) => host
(?:journaux|journal|logs) => logs
processus => processes
ports => ports
(?:état|etat|statut) => status
(?:santé) => health
(?:en pause|suspendu[es]*) => paused
(?:en cours d'exécution|qui tournent|tournent|tourne|actifs?|actives?|démarrés?) => running
(?:arrêtée?s?|arretée?s?|stoppée?s?) => stopped
(?:terminée?s?|finis?) => exited
(?:orphelin[es]*|pendant[es]*) => dangling
(?:inutilisée?s?|non utilisée?s?) => unused
(?:en mauvaise santé|malades?) => unhealthy
(?:utilise|utilisent|consomme|consomment|occupe|occupent|prend) => uses
(?:tous|toutes|tout) => all
(?:les deux) => both
(?:sauf|excepté|à part) => except
(?:appelée?|nommée?) => called
(?:et puis|et ensuite|puis|ensuite) => then
(?:sont|y a-t-il|il y a) => are
est => is
(?:le|la|les)(?= ?$) => it
(?:le|la|les) => the
(?:un|une) => a
(?:du|des) => of the
de la => of the
de l' => of the
(?:de|d') => of
et => and
(?:dans|sur|en) => in
avec => with
(?:à|au|aux) => to
(?:son|sa|ses) => its
(?:à nouveau|encore|maintenant) => please
"""
