"""Spanish."""

SIGNS = """
por favor reinicia reiniciar reinicie para parar detén deten detener detenga arranca arrancar
inicia iniciar inicie elimina eliminar borra borrar quita muestra mostrar muéstrame muestrame
lista listar enseña enséñame dame ver pausa pausar reanuda reanudar mata matar qué que cuál cual
cuáles cuales cuánta cuanto cuánto cuántos quién quien dónde está esta están estan el la los las
un una del al de y luego después todos todas contenedor contenedores registros últimas ultimas
últimos líneas apaga escribe contraseña clima enciende levanta renombra conecta desconecta
descarga limpia congela inspecciona inspeccionar sigue sigo quiero puedes podrías mata qué está
están no se los con tiene tienen usa usando limita limitar reinícialo páralo deténlo bórralo
arráncalo inícialo cada dos primero memoria sanos sano caído colgado detenido detenidos pausa más
hay puedo podemos debo se su sus lo pon marcha cambia establece borra bórrala hay algún
muéstrame líneas últimos necesitamos """

TABLE = r"""
por favor => please
^(?:si|cuando|en caso de que) => if
(?:puedo|podemos|se puede(?:n)?|debo|debería|deberíamos|debemos|tengo que|es seguro|
conviene) => may i
(?:no (?:está|esta|están|estan) (?:muy )?(?:san[oa]s?|bien)|en mal estado|
con mala salud) => unhealthy
(?:se ha colgado|se colgó|está colgad[oa]|no responden?|está caíd[oa]|se cayó|va (?:muy )?lento|
está atascad[oa]|no funciona) => is broken
(?:reinícialo|reinicialo|reiníciala|reiniciala|reinícialos|reinicialos) => restart it
(?:páralo|paralo|párala|detenlo|deténlo|detenla|apágalo|apagalo) => stop it
(?:bórralo|borralo|elimínalo|eliminalo|bórrala|quítalo|quitalo) => remove it
(?:arráncalo|arrancalo|inícialo|inicialo|enciéndelo|levántalo|levantalo) => start it
(?:constantemente|continuamente|siempre|tanto|todo el tiempo|sin parar|a cada rato) => constantly
se reinicia(?:n)? => restarts
(?:cambia|establece|fija|ajusta|configura) => set
(?:algún|algun|alguna|algunos|algunas|alguno) => any
(?:las |los )?(?P<n>\d+) (?:últim|ultim)[ao]s (?:líneas|lineas|registros|
entradas) => last \g<n> lines
(?:primero|primeramente|antes que nada) => please
(?:y |, )*(?:dale|dándole|dandole|dales|concédele) (?:hasta |unos )?(?P<n>\d+) ?(?:s|seg|
segundos)(?: .{0,20})? => and give it \g<n> seconds
(?:y |, )*(?:dale|dándole|dandole|dales|concédele) (?:hasta |unos )?(?P<n>\d+) ?(?:min|
minutos)(?: .{0,20})? => and give it \g<n> minutes
con (?:un )?(?:timeout|tiempo de espera|plazo|
margen) de (?P<n>\d+) segundos => with a timeout of \g<n> seconds
(?:limita(?:r)?|restringe) <x> a => limit \g<x> to
(?:sigue|seguir) => follow
(?:está|esta|están|estan) (?:usando|consumiendo|gastando|ocupando|utilizando) => uses
(?:usando|consumiendo|gastando|ocupando|utilizando) => using
(?:migración|migracion) => migration
cada => each
(?:más|mas) => most
(?:dos) => two
(?:tres) => three
(?:pero no) => but not
(?:variables de entorno) => environment variables
(?:código de salida|codigo de salida) => exit code
(?:política de reinicio|politica de reinicio) => restart policy
(?:dirección ip|direccion ip) => ip address
(?:está|esta|están|estan) (?:funcionando|corriendo|en marcha|arriba|activ[oa]s?|levantad[oa]s?|
en ejecución) => is running
(?:corren|corre|se ejecutan|se ejecuta) => running
(?:también|tambien|incluso|incluidos|incluyendo) (?:los |las )?(?:detenid[oa]s|parad[oa]s|
apagad[oa]s) => including stopped
(?:ya no (?:lo |la )?(?:se usa|hace falta|se necesita)) => is no longer needed
ya no (?:lo |la )?(?:necesitamos|necesito|usamos|uso|queremos|quiero) => we do not use
(?:todavía|todavia|aún|aun|actualmente|en este momento|ahora mismo|también|tambien|ya|oye|hola|
gracias|rápido|rapido|solo|sólo) => please
(?:espera|esperar) (?:a|hasta) que <x> (?:termine|acabe|finalice|pare|
se detenga) => wait until \g<x> exits
ejecuta(?:r)? => run
(?:dentro de) => inside
desde ayer => since yesterday
errores => errors
^para => stop
en pausa => paused
se (?:detuvo|paró|cayó|murió|cerró) => stop
se está reiniciando => is restarting
(?:clima|tiempo)(?= |$) => weather
(?:escribe|escribir|escríbeme) => write
poema => poem
(?:contraseña|clave) => password
(?:construye|construir|compila) => build
(?:envía|enviar|manda) => send
correo => email
(?:puedes|podrías|podrias|puede|podría)(?: por favor)? => please
(?:quiero|necesito|quisiera|me gustaría|hay que) => please
(?:vuelve a (?:iniciar|arrancar|levantar)|reinicia(?:r|me)?|reinicie) => restart
(?:detén|deten(?:er|ga)?|apaga(?:r)?|frena|parar) => stop
para(?= (?:el|la|los|las|todos|todas|ambos|\S+[-_.\d])) => stop
(?:arranca(?:r)?|inicia(?:r)?|inicie|enciende|levanta(?:r)?|pon en marcha) => start
(?:elimina(?:r)?|borra(?:r)?|quita(?:r)?|suprime) => remove
(?:pausa(?:r)?(?= (?:el|la|los|las|\S+))|congela(?:r)?) => pause
(?:reanuda(?:r)?|continúa|despausa(?:r)?) => unpause
(?:mata(?:r)?) => kill
(?:renombra(?:r)?|cambia el nombre de) => rename
(?:conecta(?:r)?) => connect
(?:desconecta(?:r)?) => disconnect
(?:descarga(?:r)?|baja(?:r)?) => pull
(?:limpia(?:r)?) => clean up
(?:crea(?:r)?) => create
(?:inspecciona(?:r)?|examina) => inspect
(?:espera(?:r)? (?:a que|hasta que)) => wait until
(?:muéstrame|muestrame|muestra(?:r)?|enséñame|enseña(?:r)?) => show
(?:dame|dime|ver|lista(?:r)?|listame) => show
(?:las |los )?últim[ao]s (?P<n>\d+) (?:líneas|lineas|registros|entradas) => last \g<n> lines
(?:las |los )?ultim[ao]s (?P<n>\d+) (?:líneas|lineas|registros|entradas) => last \g<n> lines
(?P<n>\d+) (?:líneas|lineas) => \g<n> lines
(?:de|en|desde) (?:los )?últimos (?P<n>\d+) minutos => from the last \g<n> minutes
(?:de|en|desde) (?:las )?últimas (?P<n>\d+) horas => from the last \g<n> hours
(?:de|en) la última hora => from the last hour
desde hace (?P<n>\d+) minutos => since \g<n> minutes ago
desde hace (?P<n>\d+) horas => since \g<n> hours ago
(?:incluidos|incluyendo|también) (?:los )?(?:detenidos|parados) => including stopped
por qué => why
porque => why
(?:cuánta|cuanta|cuánto|cuanto) => how much
(?:cuántos|cuantos|cuántas|cuantas) => how many
(?:cuál|cual|cuáles|cuales) => which
(?:qué|que) (?=contenedor|imag|red|vol|puerto) => which
(?:qué|que) => what
(?:quién|quien) => who
(?:dónde|donde) => where
cómo (?:está|va|anda) => how is
(?:bases de datos) => databases
(?:base de datos|bbdd|bd) => database
(?:caché) => cache
(?:espacio en disco|espacio de disco|disco) => disk space
memoria => memory
(?:contenedores) => containers
contenedor => container
(?:imágenes|imagenes) => images
imagen => image
redes => networks
red => network
(?:volúmenes|volumenes) => volumes
volumen => volume
servicios => services
servicio => service
servidor => server
proyecto => project
proxy inverso => reverse proxy
(?:registros|bitácora|bitacora|logs) => logs
procesos => processes
puertos => ports
puerto => port
estado => status
salud => health
(?:en pausa|pausad[oa]s?) => paused
(?:en ejecución|corriendo|ejecutándose|funcionando|activ[oa]s?|levantad[oa]s?|arriba) => running
(?:detenid[oa]s?|parad[oa]s?|apagad[oa]s?) => stopped
(?:terminad[oa]s?|finalizad[oa]s?|salid[oa]s?) => exited
(?:colgantes?|huérfan[oa]s?) => dangling
(?:no usad[oa]s?|sin usar|no utilizad[oa]s?|que no se usan?) => unused
(?:enferm[oa]s?|no san[oa]s?) => unhealthy
(?:san[oa]s?) => healthy
(?:usa|usan|utiliza|utilizan|consume|consumen|ocupa|ocupan) => uses
(?:tod[oa]s?) => all
ambos => both
(?:excepto|salvo|menos) => except
(?:llamad[oa]) => called
(?:y luego|y después|y despues|luego|después|despues) => then
(?:hay|están|estan|son) => are
(?:está|esta|es) => is
(?:a él|lo|la|los|las)(?= ?$) => it
(?:el|la|los|las) => the
(?:un|una|unos|unas) => a
del => of the
al => to the
de => of
y => and
en => in
con => with
a => to
sobre => about
(?:su|sus) => its
(?:segundos) => seconds
(?:minutos) => minutes
(?:otra vez|de nuevo|ahora|ya) => please
"""
